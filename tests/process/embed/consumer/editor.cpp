// An editor beside one-shot tools of the same account: its token has expired in the meantime, and a
// tool may have refreshed already. It polls, and is signed in to the end.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/tokens/settingstokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkReply>

using namespace authcore;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments(); // file, URL, user name, polls
    const QUrl base(arguments.at(2));
    SettingsTokenStore store(arguments.at(1));
    AuthSession session(*BackendProfile::preset(QStringLiteral("custom-jwt"), base), store);
    AuthNetworkAccessManager manager(session);
    int left = arguments.at(4).toInt();

    const auto poll = [&] {
        session.refreshNow(); // as if the access token had expired
        QNetworkReply *reply =
            manager.get(QNetworkRequest(base.resolved(QUrl(QStringLiteral("/api/resources")))));
        QObject::connect(reply, &QNetworkReply::finished, &app, [&, reply] {
            reply->deleteLater();
            if (reply->error() != QNetworkReply::NoError)
                QCoreApplication::exit(1);
            else if (--left == 0)
                QCoreApplication::exit(0);
        });
    };
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &app, poll);
    QObject::connect(&session, &AuthSession::sessionEnded, &app, [](EndReason, const QString &why) {
        qWarning().noquote() << "ended:" << why;
        QCoreApplication::exit(3);
    });
    QObject::connect(&session, &AuthSession::restored, &app,
        [&](bool found) { found ? timer.start(50) : QCoreApplication::exit(2); });
    session.restore(arguments.at(3));
    return QCoreApplication::exec();
}
