#pragma once

#include "tests/support/proxyserver.h"

#include <QtNetwork/QSslCipher>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslPreSharedKeyAuthenticator>
#include <QtNetwork/QSslServer>
#include <QtNetwork/QSslSocket>

namespace test {

//! TLS by a pre-shared key, without a certificate, in front of a server that speaks none. It knows
//! one identity and its key, and gives a hint.
//!
//! Thread: the test's.   Source: RFC 4279.
class PskServer : public QSslServer
{
public:
    static QByteArray identity() { return "anna"; }
    static QByteArray key() { return QByteArrayLiteral("\x1a\x2b\x3c\x4d"); }

    PskServer(quint16 upstream, QObject *parent)
        : QSslServer(parent)
    {
        QSslConfiguration tls = clientConfiguration();
        tls.setPreSharedKeyIdentityHint("who are you?");
        setSslConfiguration(tls);
        if (!listen(QHostAddress::LocalHost))
            qFatal("no free port");
        connect(this, &QSslServer::preSharedKeyAuthenticationRequired, this,
            [](QSslSocket *, QSslPreSharedKeyAuthenticator *asked) {
                if (asked->identity() == identity())
                    asked->setPreSharedKey(key());
            });
        connect(this, &QTcpServer::pendingConnectionAvailable, this, [this, upstream] {
            while (QTcpSocket *client = nextPendingConnection()) {
                connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
                auto *server = new QTcpSocket(client);
                server->connectToHost(QHostAddress(QHostAddress::LocalHost), upstream);
                tunnel(*client, *server);
            }
        });
    }

    //! What a client needs: Qt offers such ciphers when told only.
    [[nodiscard]] static QSslConfiguration clientConfiguration()
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setProtocol(QSsl::TlsV1_2); // in 1.3 a pre-shared key is another thing
        tls.setCiphers({QSslCipher(QStringLiteral("PSK-AES256-CBC-SHA"))});
        tls.setPeerVerifyMode(QSslSocket::VerifyNone);
        return tls;
    }
    //! What a client that knows the key does when it is asked.
    static void answer(QSslPreSharedKeyAuthenticator *asked)
    {
        asked->setIdentity(identity());
        asked->setPreSharedKey(key());
    }
    [[nodiscard]] QUrl url() const
    {
        return QUrl(QStringLiteral("https://127.0.0.1:%1").arg(serverPort()));
    }
};

} // namespace test
