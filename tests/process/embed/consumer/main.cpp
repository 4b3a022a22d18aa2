// What an embedder writes: sign in, break the access token, and get an answer all the same.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/signin/passwordsignin.h>
#include <authcore/tokens/memorytokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtNetwork/QNetworkReply>

using namespace authcore;

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments(); // URL, user name, password
    MemoryTokenStore store;
    AuthSession session(
        *BackendProfile::preset(QStringLiteral("custom-jwt"), QUrl(arguments.at(1))), store);
    AuthNetworkAccessManager manager(session);
    PasswordSignIn signIn(session);

    QObject::connect(&signIn, &PasswordSignIn::failed, &app, [](const TokenError &error) {
        qWarning() << "cannot sign in:" << error.detail;
        QCoreApplication::exit(2);
    });
    QObject::connect(&signIn, &PasswordSignIn::succeeded, &app, [&] {
        TokenSet broken = session.tokens();
        broken.accessToken = "broken";
        session.setTokens(broken);
        const QUrl resources(arguments.at(1) + QStringLiteral("/api/resources"));
        QNetworkReply *reply = manager.get(QNetworkRequest(resources));
        QObject::connect(reply, &QNetworkReply::finished, &app, [reply] {
            qInfo() << reply->readAll();
            QCoreApplication::exit(reply->error() == QNetworkReply::NoError ? 0 : 1);
        });
    });
    signIn.signIn(arguments.at(2), arguments.at(3));
    return QCoreApplication::exec();
}
