#pragma once

#include <QtCore/QUrl>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <memory>
#include <utility>

namespace test {

//! Copies all bytes from one socket to the other until the first one has ended.
inline void pass(QTcpSocket &from, QTcpSocket &to)
{
    const auto move = [&from, &to] {
        if (from.isOpen() && to.isOpen())
            to.write(from.readAll());
    };
    QObject::connect(&from, &QTcpSocket::readyRead, &to, move);
    QObject::connect(&from, &QTcpSocket::disconnected, &to, [move, &to] {
        move();
        to.disconnectFromHost();
    });
    move();
}

//! Copies in both directions. The server's socket ends with the client's.
inline void tunnel(QTcpSocket &client, QTcpSocket &server)
{
    pass(client, server);
    pass(server, client);
}

//! A proxy that tunnels: HTTP CONNECT (RFC 9110 section 9.3.6) or SOCKS5 (RFC 1928, RFC 1929).
//!
//! It connects every client to one server of this machine, whatever host the client names: a
//! request for an unknown host that gets an answer came through the proxy.
//!
//! Thread:   the test's.
class ProxyServer : public QTcpServer
{
public:
    enum class Kind { Connect, Socks5 };
    enum class Reaches { Server, Nothing };
    struct Options
    {
        QByteArray credentials; //!< "user:password"; empty: no authentication
        Reaches reaches = Reaches::Server;
    };

    ProxyServer(Kind kind, quint16 upstream, Options options, QObject *parent)
        : QTcpServer(parent)
        , m_kind(kind)
        , m_upstream(upstream)
        , m_options(std::move(options))
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("no free port");
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                serve(*socket);
        });
    }

private:
    // The state of one client and the bytes that it has sent.
    struct Talk
    {
        enum class Step { Greeting, Credentials, Request, Tunnel };

        QByteArray received;
        Step step = Step::Greeting;

        // Takes the first `size` received bytes; empty while they have not all arrived.
        [[nodiscard]] QByteArray take(qsizetype size)
        {
            if (received.size() < size)
                return {};
            const QByteArray taken = received.first(size);
            received.remove(0, size);
            return taken;
        }
        [[nodiscard]] int byteAt(qsizetype index) const
        {
            return index < received.size() ? uchar(received[index]) : 0;
        }
    };

    void serve(QTcpSocket &socket)
    {
        connect(&socket, &QTcpSocket::disconnected, &socket, &QObject::deleteLater);
        auto talk = std::make_shared<Talk>();
        connect(&socket, &QTcpSocket::readyRead, this, [this, &socket, talk] {
            if (talk->step == Talk::Step::Tunnel)
                return;
            talk->received += socket.readAll();
            if (m_kind == Kind::Connect)
                hearConnect(socket, *talk);
            else
                while (hearSocks(socket, *talk)) { }
        });
    }

    void hearConnect(QTcpSocket &socket, Talk &talk)
    {
        const qsizetype end = talk.received.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = talk.take(end + 4).toLower();
        const QByteArray shown =
            "proxy-authorization: basic " + m_options.credentials.toBase64().toLower() + "\r\n";
        if (!m_options.credentials.isEmpty() && !head.contains(shown))
            socket.write("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n"
                         "Content-Length: 0\r\n\r\n");
        else if (m_options.reaches == Reaches::Nothing)
            socket.write("HTTP/1.1 502 Not there\r\nContent-Length: 0\r\n\r\n");
        else
            open(socket, talk, "HTTP/1.1 200 Here you are\r\n\r\n");
    }

    // True: the next step may find more bytes.
    bool hearSocks(QTcpSocket &socket, Talk &talk)
    {
        const bool asks = !m_options.credentials.isEmpty();
        switch (talk.step) {
        case Talk::Step::Greeting: { // version, count, methods
            const QByteArray greeting = talk.take(2 + talk.byteAt(1));
            if (greeting.isEmpty())
                return false;
            const char method = asks ? '\x02' : '\x00';
            const bool agreed = greeting.mid(2).contains(method);
            socket.write(QByteArray(1, '\x05') + (agreed ? method : '\xff'));
            if (!agreed)
                socket.disconnectFromHost();
            talk.step = asks ? Talk::Step::Credentials : Talk::Step::Request;
            return agreed;
        }
        case Talk::Step::Credentials: { // version, length, name, length, password
            const int name = talk.byteAt(1);
            const QByteArray said = talk.take(3 + name + talk.byteAt(2 + name));
            if (said.isEmpty())
                return false;
            const bool known =
                said.mid(2, name) + ':' + said.mid(3 + name) == m_options.credentials;
            socket.write(QByteArray(1, '\x01') + (known ? '\x00' : '\x01'));
            if (!known)
                socket.disconnectFromHost();
            talk.step = Talk::Step::Request;
            return known;
        }
        case Talk::Step::Request: { // version, command, 0, kind of address, address, port
            constexpr int name = 3;
            constexpr int version6 = 4;
            const int kind = talk.byteAt(3);
            const int address = kind == name ? 1 + talk.byteAt(4) : kind == version6 ? 16 : 4;
            if (talk.received.size() < 5 || talk.take(4 + address + 2).isEmpty())
                return false;
            const QByteArray rest("\x00\x01\x00\x00\x00\x00\x00\x00", 8);
            if (m_options.reaches == Reaches::Nothing)
                socket.write(QByteArray("\x05\x05") + rest); // refused
            else
                open(socket, talk, QByteArray("\x05\x00", 2) + rest);
            return false;
        }
        case Talk::Step::Tunnel:
            return false;
        }
        return false;
    }

    void open(QTcpSocket &socket, Talk &talk, const QByteArray &answer)
    {
        talk.step = Talk::Step::Tunnel;
        auto *server = new QTcpSocket(&socket);
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_upstream);
        socket.write(answer);
        server->write(talk.received);
        tunnel(socket, *server);
    }

    Kind m_kind;
    quint16 m_upstream;
    Options m_options;
};

} // namespace test
