// A form: it restores the last session, asks for a sign-in when one is needed, and shows an answer.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/signin/passwordsignin.h>
#include <authcore/tokens/settingstokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QNetworkReply>

using namespace authcore;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv); // of a window: QApplication
    QCoreApplication::setApplicationName(QStringLiteral("form"));
    const QStringList arguments = QCoreApplication::arguments(); // URL, user name, password
    const QUrl base(arguments.at(1));
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation));
    SettingsTokenStore store(folder.filePath(QStringLiteral("tokens.ini")));
    AuthSession session(*BackendProfile::preset(QStringLiteral("custom-jwt"), base), store);
    AuthNetworkAccessManager manager(session);
    PasswordSignIn signIn(session);

    const auto load = [&] {
        QNetworkReply *reply =
            manager.get(QNetworkRequest(base.resolved(QUrl(QStringLiteral("/api/resources")))));
        QObject::connect(reply, &QNetworkReply::finished, &app, [reply] {
            qInfo().noquote() << "shown:" << reply->readAll();
            QCoreApplication::exit(reply->error() == QNetworkReply::NoError ? 0 : 1);
        });
    };
    QObject::connect(&session, &AuthSession::signInRequired, &app, [&](const QString &why) {
        qInfo().noquote() << "sign in:" << why;
        signIn.signIn(arguments.at(2), arguments.at(3)); // where a form shows its dialog
    });
    QObject::connect(&session, &AuthSession::restored, &app, [&](bool found) {
        qInfo() << "restored:" << found;
        if (found)
            load();
        else
            session.requireSignIn(QStringLiteral("nobody is signed in"));
    });
    QObject::connect(&signIn, &SignIn::succeeded, &app, load);
    QObject::connect(&signIn, &SignIn::failed, &app, [](const TokenError &error) {
        qWarning().noquote() << "cannot sign in:" << error.detail;
        QCoreApplication::exit(2);
    });
    session.restore(arguments.at(2));
    return QCoreApplication::exec();
}
