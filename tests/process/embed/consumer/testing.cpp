// What an embedder writes to test an application: no server, no waiting, every time the same.
#include <authcore/demobackend/demobackend.h>
#include <authcore/network/authnetworkaccessmanager.h>
#include <authcore/session/authsession.h>
#include <authcore/testing/manualclock.h>
#include <authcore/testing/scriptednetwork.h>
#include <authcore/tokens/memorytokenstore.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>

using namespace authcore;
using namespace std::chrono_literals;

namespace {

//! Waits for the reply and returns its body.
QByteArray answerTo(QNetworkReply *reply)
{
    QObject::connect(reply, &QNetworkReply::finished, qApp, &QCoreApplication::quit);
    QCoreApplication::exec();
    return reply->readAll();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QUrl base(QStringLiteral("https://api.example"));
    const QNetworkRequest orders(QUrl(QStringLiteral("https://api.example/orders")));
    testing::ScriptedNetwork network;
    network.on(QStringLiteral("/orders")).always({200, {}, "three orders"});
    network.on(QStringLiteral("/api/auth/refresh")).replies(200, R"({"accessToken":"new"})");

    testing::ManualClock clock;
    MemoryTokenStore store;
    AuthSession session(
        *BackendProfile::preset(QStringLiteral("json-bearer"), base), store, clock,
        [] { return 0.5; }, network.makeManager());
    TokenSet tokens;
    tokens.accessToken = "old";
    tokens.refreshToken = "refresh";
    tokens.expiresAt = std::chrono::floor<std::chrono::seconds>(clock.now()) + 900s;
    session.setTokens(tokens);
    const auto manager = network.makeManager(session);
    const QByteArray before = answerTo(manager->get(orders));
    clock.advance(1h);
    const QByteArray after = answerTo(manager->get(orders));

    demobackend::DemoBackend backend; // for tests with real HTTP
    const QString problem = backend.start();
    qInfo().noquote() << network.transcript().join(QStringLiteral(", "));
    return before == after && problem.isEmpty() && network.transcript().size() == 3 ? 0 : 1;
}
