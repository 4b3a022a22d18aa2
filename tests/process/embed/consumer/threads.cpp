// A thread pool: each thread has a manager of its own, and all share one session and one refresh.
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/signin/passwordsignin.h>
#include <authcore/tokens/memorytokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>
#include <QtCore/QThreadPool>
#include <QtNetwork/QNetworkReply>

#include <atomic>

using namespace authcore;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments(); // URL, user name, password
    const QUrl base(arguments.at(1));
    MemoryTokenStore store;
    AuthSession session(*BackendProfile::preset(QStringLiteral("custom-jwt"), base), store);
    PasswordSignIn signIn(session);
    std::atomic<int> good = 0;
    std::atomic<int> left = 8;
    int refreshes = 0;

    const auto work = [&] { // in a thread of the pool
        AuthNetworkAccessManager manager(session);
        QNetworkReply *reply =
            manager.get(QNetworkRequest(base.resolved(QUrl(QStringLiteral("/api/resources")))));
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        good += reply->error() == QNetworkReply::NoError ? 1 : 0;
        if (--left == 0)
            QMetaObject::invokeMethod(&app, &QCoreApplication::quit, Qt::QueuedConnection);
    };
    QObject::connect(&session, &AuthSession::refreshStarted, &app, [&] { ++refreshes; });
    QObject::connect(&signIn, &SignIn::succeeded, &app, [&] {
        TokenSet broken = session.tokens();
        broken.accessToken = "broken"; // so that each thread is challenged
        session.setTokens(broken);
        QThreadPool::globalInstance()->setMaxThreadCount(8);
        for (int i = 0; i < 8; ++i)
            QThreadPool::globalInstance()->start(work);
    });
    signIn.signIn(arguments.at(2), arguments.at(3));
    QCoreApplication::exec();
    QThreadPool::globalInstance()->waitForDone();
    qInfo() << good.load() << "good," << refreshes << "refresh";
    return good == 8 && refreshes == 1 ? 0 : 1;
}
