// Quitting in the middle of a refresh: shutdown() lets it finish and be stored, then the program ends.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/tokens/settingstokenstore.h>

#include <QtCore/QCoreApplication>

using namespace authcore;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments(); // file, URL, user name
    const QUrl base(arguments.at(2));
    SettingsTokenStore store(arguments.at(1));
    AuthSession session(*BackendProfile::preset(QStringLiteral("custom-jwt"), base), store);
    QByteArray before;

    QObject::connect(&session, &AuthSession::restored, &app, [&](bool found) {
        if (!found)
            return QCoreApplication::exit(2);
        before = session.tokens().refreshToken;
        session.refreshNow();
    });
    QObject::connect(&session, &AuthSession::refreshStarted, &session, [&] { session.shutdown(); });
    QObject::connect(
        &session, &AuthSession::shutDown, &app, &QCoreApplication::quit, Qt::QueuedConnection);
    session.restore(arguments.at(3));
    const int status = QCoreApplication::exec();
    const bool isStored = session.isStored() && session.tokens().refreshToken != before;
    qInfo() << "quit, the new tokens are stored:" << isStored;
    return status == 0 && isStored ? 0 : 1;
}
