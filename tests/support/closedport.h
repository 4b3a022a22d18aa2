#pragma once

#include <QtCore/QUrl>
#include <QtNetwork/QTcpSocket>

namespace test {

//! A port of this machine that refuses connections. No other program can listen on the port while
//! this object lives.
class ClosedPort
{
public:
    ClosedPort()
    {
        if (!m_socket.bind(
                QHostAddress(QHostAddress::LocalHost), 0, QAbstractSocket::DontShareAddress))
            qFatal("no free port");
    }

    [[nodiscard]] QUrl url() const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_socket.localPort()));
    }

private:
    QTcpSocket m_socket;
};

} // namespace test
