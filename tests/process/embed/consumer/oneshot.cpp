// A one-shot tool: "login" signs in and ends when the tokens are stored, "get" uses them.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/signin/passwordsignin.h>
#include <authcore/tokens/settingstokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtNetwork/QNetworkReply>

using namespace authcore;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments(); // file, URL, user, [password]
    const QUrl base(arguments.at(2));
    SettingsTokenStore store(arguments.at(1));
    AuthSession session(*BackendProfile::preset(QStringLiteral("custom-jwt"), base), store);
    AuthNetworkAccessManager manager(session);
    PasswordSignIn signIn(session);

    QObject::connect(&session, &AuthSession::signInRequired, &app, [](const QString &why) {
        qWarning().noquote() << why;
        QCoreApplication::exit(3);
    });
    if (arguments.size() > 4) { // login
        QObject::connect(&signIn, &SignIn::failed, &app, [](const TokenError &error) {
            qWarning().noquote() << error.detail;
            QCoreApplication::exit(2);
        });
        QObject::connect(&session, &AuthSession::stored, &app, &QCoreApplication::quit);
        signIn.signIn(arguments.at(3), arguments.at(4));
        return QCoreApplication::exec();
    }
    QObject::connect(&session, &AuthSession::restored, &app, [&](bool found) {
        if (!found)
            return session.requireSignIn(QStringLiteral("log in first"));
        QNetworkReply *reply =
            manager.get(QNetworkRequest(base.resolved(QUrl(QStringLiteral("/api/resources")))));
        QObject::connect(reply, &QNetworkReply::finished, &app, [reply] {
            qInfo().noquote() << reply->readAll();
            QCoreApplication::exit(reply->error() == QNetworkReply::NoError ? 0 : 1);
        });
    });
    session.restore(arguments.at(3));
    return QCoreApplication::exec();
}
