#pragma once

#include <QtCore/QUrl>
#include <QtNetwork/QTcpSocket>

#include <utility>

namespace test {

//! A connection to a port of this machine that sends some bytes and keeps the received ones.
class Visitor : public QTcpSocket
{
public:
    explicit Visitor(int port, QByteArray bytes = {})
    {
        connect(this, &QTcpSocket::connected, this, [this, bytes = std::move(bytes)] {
            isWelcome = true;
            write(bytes);
        });
        connect(this, &QTcpSocket::readyRead, this, [this] { received += readAll(); });
        connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(port));
    }
    //! The request of a browser for `url`.
    explicit Visitor(const QUrl &url)
        : Visitor(url.port(),
            "GET " + url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority)
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n")
    {
    }

    [[nodiscard]] int status() const { return received.mid(9, 3).toInt(); } //!< 0: no answer so far
    [[nodiscard]] bool isOver() const { return state() == UnconnectedState; }

    bool isWelcome = false; //!< the port accepted the connection
    QByteArray received;
};

} // namespace test
