#pragma once

#include "tests/support/proxyserver.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QStringList>

namespace test {

//! An HTTP proxy that writes down what it passes on: "POST http://127.0.0.1:1/token" for plain
//! http, and "CONNECT 127.0.0.1:1" for a tunnel. Each plain request has a connection of its own.
//!
//! Thread:   the test's.
//! Spec:     RFC 9110 sections 7.7 and 9.3.6.
class RecordingProxy : public QTcpServer
{
public:
    //! `credentials`: "user:password"; empty: none are asked for.
    explicit RecordingProxy(QByteArray credentials = {}, QObject *parent = nullptr)
        : QTcpServer(parent)
        , m_credentials(std::move(credentials))
    {
        if (!listen(QHostAddress::LocalHost))
            qFatal("no free port");
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection())
                serve(*socket);
        });
    }

    [[nodiscard]] QStringList transcript() const { return m_transcript; }
    void clearTranscript() { m_transcript.clear(); }
    [[nodiscard]] QString url(const QString &user = {}) const
    {
        const QString before = user.isEmpty() ? QString() : QString(user + u'@');
        return QStringLiteral("http://%1%2:%3")
            .arg(before, QStringLiteral("127.0.0.1"))
            .arg(serverPort());
    }

private:
    void serve(QTcpSocket &socket)
    {
        connect(&socket, &QTcpSocket::disconnected, &socket, &QObject::deleteLater);
        auto heard = std::make_shared<QByteArray>();
        connect(&socket, &QTcpSocket::readyRead, this, [this, &socket, heard] {
            heard->append(socket.readAll());
            const qsizetype end = heard->indexOf("\r\n\r\n");
            if (end < 0)
                return;
            const QByteArray head = heard->first(end);
            const QByteArray rest = heard->sliced(end);
            heard->clear();
            if (isKnown(head))
                pass(socket, head, rest);
            else
                socket.write("HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n"
                             "Content-Length: 0\r\n\r\n");
        });
    }

    [[nodiscard]] bool isKnown(const QByteArray &head) const
    {
        return m_credentials.isEmpty()
            || head.contains(QByteArray("Basic " + m_credentials.toBase64()));
    }

    void pass(QTcpSocket &socket, QByteArray head, const QByteArray &rest)
    {
        const auto line = QString::fromLatin1(head.first(head.indexOf("\r\n")));
        const QString target = line.section(u' ', 1, 1);
        m_transcript.append(line.section(u' ', 0, 1));
        const bool isTunnel = line.startsWith(QLatin1StringView("CONNECT "));
        const QUrl url(isTunnel ? QStringLiteral("https://") + target : target);
        if (!isTunnel) {
            const QByteArray origin = url.toString(QUrl::RemovePath | QUrl::RemoveQuery).toLatin1();
            head.replace(head.indexOf(origin), origin.size(), QByteArray());
            head.append("\r\nConnection: close");
            head = QString::fromLatin1(head)
                       .remove(QRegularExpression(QStringLiteral("\r\nProxy-[^\r]*")))
                       .remove(QRegularExpression(QStringLiteral("\r\nConnection: Keep-Alive"),
                           QRegularExpression::CaseInsensitiveOption))
                       .toLatin1();
        }
        socket.disconnect(this);
        auto *server = new QTcpSocket(&socket);
        server->connectToHost(url.host(), quint16(url.port()));
        if (isTunnel)
            socket.write("HTTP/1.1 200 Here you are\r\n\r\n");
        else
            server->write(head + rest);
        tunnel(socket, *server);
    }

    QByteArray m_credentials;
    QStringList m_transcript;
};

} // namespace test
