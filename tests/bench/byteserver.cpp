#include "tests/bench/byteserver.h"

#include <QtCore/QByteArray>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace {

constexpr qint64 chunk = 256LL * 1024;

bool sendAll(int peer, const char *bytes, qint64 size)
{
    while (size > 0) {
        const ssize_t sent = ::send(peer, bytes, std::size_t(size), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= sent;
    }
    return true;
}

// Reads the head and the part of the body that arrives with it.
QByteArray readHead(int peer)
{
    QByteArray head;
    std::vector<char> buffer(chunk);
    while (!head.contains("\r\n\r\n")) {
        const ssize_t got = ::recv(peer, buffer.data(), buffer.size(), 0);
        if (got <= 0)
            return {};
        head.append(buffer.data(), got);
    }
    return head;
}

qint64 contentLength(const QByteArray &head)
{
    const QByteArray lower = head.toLower();
    const qsizetype at = lower.indexOf("content-length:");
    return at < 0 ? 0
                  : lower.mid(at + 15, lower.indexOf("\r\n", at) - at - 15).trimmed().toLongLong();
}

bool serveOne(int peer)
{
    const QByteArray head = readHead(peer);
    if (head.isEmpty())
        return false;
    std::vector<char> buffer(chunk, 'x');
    qint64 left = contentLength(head) - (head.size() - head.indexOf("\r\n\r\n") - 4);
    while (left > 0) {
        const ssize_t got = ::recv(peer, buffer.data(), buffer.size(), 0);
        if (got <= 0)
            return false;
        left -= got;
    }
    const qint64 size =
        head.startsWith("GET ") ? head.mid(5, head.indexOf(' ', 5) - 5).toLongLong() : 2;
    const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                              "Content-Length: "
        + QByteArray::number(size) + "\r\n\r\n";
    if (!sendAll(peer, answer.constData(), answer.size()))
        return false;
    for (qint64 rest = size; rest > 0; rest -= chunk) {
        if (!sendAll(peer, buffer.data(), std::min(rest, chunk)))
            return false;
    }
    return true;
}

} // namespace

ByteServer::ByteServer()
    : m_listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto *any = reinterpret_cast<sockaddr *>(&address); // NOLINT(*-reinterpret-cast): POSIX
    if (::bind(m_listening, any, size) != 0 || ::listen(m_listening, 8) != 0
        || ::getsockname(m_listening, any, &size) != 0)
        qFatal("Cannot listen on 127.0.0.1");
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] {
        for (int peer = 0; (peer = ::accept4(m_listening, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            while (serveOne(peer)) { }
            ::close(peer);
        }
    });
}

ByteServer::~ByteServer()
{
    ::shutdown(m_listening, SHUT_RDWR); // wakes accept4()
    m_thread.join();
    ::close(m_listening);
}

QUrl ByteServer::url(qint64 bytes) const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1/%2").arg(m_port).arg(bytes));
}
