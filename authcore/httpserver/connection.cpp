#include "authcore/httpserver/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace httpserver {

namespace {

template <typename Call>
auto repeatedWhenInterrupted(Call call)
{
    auto result = call();
    while (result < 0 && errno == EINTR)
        result = call();
    return result;
}

} // namespace

void Connection::SslFree::operator()(SSL *ssl) const noexcept
{
    SSL_free(ssl);
}

Connection::Connection(Socket socket, SSL_CTX *tls)
    : m_socket(std::move(socket))
{
    // Without TCP_NODELAY the last part of a body waits until the part before is acknowledged.
    const int on = 1;
    ::setsockopt(m_socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls) {
        m_ssl.reset(SSL_new(tls));
        SSL_set_fd(m_ssl.get(), m_socket.fd());
    }
}

Connection::~Connection()
{
    if (m_ssl && !m_dropped && SSL_is_init_finished(m_ssl.get()) != 0)
        SSL_shutdown(m_ssl.get());
}

bool Connection::handshake()
{
    if (!m_ssl || SSL_accept(m_ssl.get()) == 1)
        return true;
    readToEnd();
    return false;
}

// If bytes are unread when it is closed, the kernel resets the connection, and the client may not
// see the alert that says why the handshake failed.
void Connection::readToEnd()
{
    ::shutdown(m_socket.fd(), SHUT_WR);
    const auto receive = [this] {
        return ::recv(m_socket.fd(), m_buffer.data(), m_buffer.size(), 0);
    };
    while (repeatedWhenInterrupted(receive) > 0) { }
}

bool Connection::awaitRequest()
{
    m_consumed.clear();
    m_recording = true;
    return !m_unread.empty() || fill();
}

std::ptrdiff_t Connection::read(std::span<char> into)
{
    if (m_unread.empty() && !fill())
        return 0;
    const auto taken = m_unread.first(std::min(into.size(), m_unread.size()));
    std::copy(taken.begin(), taken.end(), into.begin());
    m_unread = m_unread.subspan(taken.size());
    if (m_recording)
        m_consumed.append(taken.begin(), taken.end());
    return std::ptrdiff_t(taken.size());
}

std::ptrdiff_t Connection::write(std::span<const char> bytes)
{
    if (m_dropped)
        return -1;
    m_unsent.append(bytes.begin(), bytes.end());
    constexpr std::size_t collected = 65536;
    if (m_unsent.size() >= collected && !flush())
        return -1;
    return std::ptrdiff_t(bytes.size());
}

bool Connection::flush()
{
    std::span<const char> left(m_unsent);
    while (!left.empty() && !m_dropped) {
        const auto count = send(left);
        if (count <= 0)
            break;
        left = left.subspan(std::size_t(count));
    }
    m_unsent.clear();
    return left.empty() && !m_dropped;
}

std::ptrdiff_t Connection::send(std::span<const char> bytes)
{
    if (!m_ssl)
        return repeatedWhenInterrupted(
            [&] { return ::send(m_socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    std::size_t count = 0;
    return SSL_write_ex(m_ssl.get(), bytes.data(), bytes.size(), &count) == 1
        ? std::ptrdiff_t(count)
        : -1;
}

void Connection::drop() noexcept
{
    m_dropped = true;
    m_socket.shutDown();
}

bool Connection::fill()
{
    if (!flush())
        return false;
#ifdef TCP_QUICKACK
    // Qt's sockets use Nagle's algorithm: the rest of a body of more than 16 KiB would wait 40 ms
    // for this server's delayed acknowledgement. The kernel resets the option after each use.
    const int on = 1;
    ::setsockopt(m_socket.fd(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#endif
    std::ptrdiff_t received = 0;
    if (m_ssl) {
        std::size_t count = 0;
        if (SSL_read_ex(m_ssl.get(), m_buffer.data(), m_buffer.size(), &count) == 1)
            received = std::ptrdiff_t(count);
    } else {
        received = repeatedWhenInterrupted(
            [&] { return ::recv(m_socket.fd(), m_buffer.data(), m_buffer.size(), 0); });
    }
    m_unread = std::span(m_buffer).first(std::size_t(std::max<std::ptrdiff_t>(received, 0)));
    return !m_unread.empty();
}

} // namespace httpserver
