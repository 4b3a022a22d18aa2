// Transfers: a file goes up and comes back with progress, although the access token is refused.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/signin/passwordsignin.h>
#include <authcore/tokens/memorytokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QTemporaryFile>
#include <QtNetwork/QNetworkReply>

using namespace authcore;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments(); // URL, user name, password
    const QUrl base(arguments.at(1));
    MemoryTokenStore store;
    AuthSession session(*BackendProfile::preset(QStringLiteral("custom-jwt"), base), store);
    AuthNetworkAccessManager manager(session);
    PasswordSignIn signIn(session);
    QTemporaryFile file;
    if (!file.open() || file.write(QByteArray(4 << 20, 'x')) < 0 || !file.seek(0))
        return 2;

    qint64 sent = 0;
    qint64 received = 0;
    QObject::connect(&signIn, &SignIn::succeeded, &app, [&] {
        TokenSet broken = session.tokens();
        broken.accessToken = "broken";
        session.setTokens(broken);
        QNetworkRequest upload(base.resolved(QUrl(QStringLiteral("/api/echo"))));
        upload.setHeader(
            QNetworkRequest::ContentTypeHeader, QStringLiteral("application/octet-stream"));
        QNetworkReply *reply = manager.post(upload, &file);
        QObject::connect(reply, &QNetworkReply::uploadProgress, &app,
            [&](qint64 now, qint64) { sent = std::max(sent, now); });
        QObject::connect(reply, &QNetworkReply::readyRead, &app,
            [&, reply] { received += reply->readAll().size(); });
        QObject::connect(reply, &QNetworkReply::finished, &app, [&, reply] {
            qInfo() << "sent" << sent << "received" << received << reply->error();
            QCoreApplication::exit(reply->error() == QNetworkReply::NoError ? 0 : 1);
        });
    });
    signIn.signIn(arguments.at(2), arguments.at(3));
    return QCoreApplication::exec() != 0 || sent < file.size() || received == 0 ? 1 : 0;
}
