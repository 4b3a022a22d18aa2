#pragma once

#include "tests/support/proxyserver.h"

#include <QtNetwork/QSslCipher>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslPreSharedKeyAuthenticator>
#include <QtNetwork/QSslServer>
#include <QtNetwork/QSslSocket>

namespace test {

//! TLS with a pre-shared key instead of a certificate, for a server without TLS. It knows one
//! identity with its key, and sends a hint.
//!
//! Thread:   the test's.
//! Source:   RFC 4279.
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

    //! The configuration of a client: Qt offers such ciphers only when they are set.
    [[nodiscard]] static QSslConfiguration clientConfiguration()
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setProtocol(QSsl::TlsV1_2); // TLS 1.3 has another kind of pre-shared key
        tls.setCiphers({QSslCipher(QStringLiteral("PSK-AES256-CBC-SHA"))});
        tls.setPeerVerifyMode(QSslSocket::VerifyNone);
        return tls;
    }
    //! Answers a client's question for identity and key.
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
