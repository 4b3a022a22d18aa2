#include "authcore/httpserver/listener.h"

#include "authcore/httpserver/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <QtCore/QStringBuilder>

#include <cerrno>
#include <cstring>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace httpserver {

namespace {

QString problemWith(quint16 port)
{
    return u"cannot listen on 127.0.0.1 port "_s % QString::number(port) % u": "_s
        % QString::fromLocal8Bit(std::strerror(errno)); // NOLINT(concurrency-mt-unsafe)
}

} // namespace

std::variant<BoundPort, QString> bindLoopback(quint16 port)
{
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    // Allows a port with connections in TIME_WAIT, but no port that a server listens on.
    const int on = 1;
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto *const generic = reinterpret_cast<sockaddr *>(&address);
    socklen_t size = sizeof address;
    constexpr int backlog = 1024;
    if (!socket.isOpen() || ::bind(socket.fd(), generic, size) != 0
        || ::listen(socket.fd(), backlog) != 0 || ::getsockname(socket.fd(), generic, &size) != 0)
        return problemWith(port);
    return BoundPort {std::move(socket), ntohs(address.sin_port)};
}

Listener::Listener(BoundPort bound, SSL_CTX *tls, Serve serve)
    : m_listening(std::move(bound.socket))
    , m_tls(tls)
    , m_serve(std::move(serve))
    , m_acceptor([this] { accept(); })
{
}

Listener::~Listener()
{
    m_ending = true;
    m_listening.shutDown(); // wakes accept()
    m_acceptor.join();
    const std::scoped_lock lock(m_mutex);
    for (auto *connection : m_open)
        connection->drop();
}

void Listener::accept()
{
    while (!m_ending) {
        Socket socket(::accept4(m_listening.fd(), nullptr, nullptr, SOCK_CLOEXEC));
        if (socket.isOpen()) {
            // std::function must be copyable, and a Socket is not.
            auto shared = std::make_shared<Socket>(std::move(socket));
            m_workers.run([this, shared] { serveOne(std::move(*shared)); });
        } else if (errno == EMFILE || errno == ENFILE) {
            ::poll(nullptr, 0, 10); // wait until a file descriptor is free
        }
    }
}

void Listener::serveOne(Socket socket)
{
    Connection connection(std::move(socket), m_tls);
    {
        const std::scoped_lock lock(m_mutex);
        m_open.insert(&connection);
        if (m_ending)
            connection.drop();
    }
    if (connection.handshake())
        m_serve(connection);
    const std::scoped_lock lock(m_mutex);
    m_open.erase(&connection);
}

} // namespace httpserver
