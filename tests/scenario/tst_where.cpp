// Races 6, 23, 27: the hosts to which a token goes, and those to which it never goes. Redirects.
#include "authcore/session/traceevent.h"

#include "tests/support/rawserver.h"
#include "tests/support/world.h"

#include <QtNetwork/QNetworkProxy>

using namespace Qt::StringLiterals;
using test::World;

namespace {

// The same server under another host name, which is another origin.
[[nodiscard]] QUrl elsewhere(const World &world, const QString &path)
{
    QUrl url = world.url(path);
    url.setHost(u"localhost"_s);
    return url;
}

[[nodiscard]] demobackend::ScriptedReply redirectTo(const QUrl &url, int status = 302)
{
    return {status, {{"Location", url.toEncoded()}}, "moved"};
}

class TracedUrls : public authcore::TraceSink
{
public:
    void record(const authcore::TraceEvent &event) override
    {
        if (const auto *created = std::get_if<authcore::trace::RequestCreated>(&event.what))
            urls << created->url;
        else if (const auto *sent = std::get_if<authcore::trace::AttemptSent>(&event.what))
            urls << sent->url;
    }

    QList<QUrl> urls;
};

} // namespace

class Where : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Race 6: the request to the token endpoint is not a protected request.
    void theRefreshCarriesNoAccessToken()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        const auto refresh = world.backend.on(u"/authorization/refresh"_s);
        QCOMPARE(refresh.arrivedCount(), 1);
        QCOMPARE(refresh.arrivedHeader(0, "authorization"), QByteArray());
        QCOMPARE(refresh.arrivedHeader(0, "cookie"), QByteArray());
    }

    // Race 6: the caller's own credentials are kept.
    void aCallersOwnCredentialStands()
    {
        World world;
        QVERIFY(world.signIn());
        auto request = world.request();
        request.setRawHeader("Authorization", "Basic eDp5");
        world.watch(world.manager->get(request));
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(
            world.backend.on(u"/api/resources"_s).arrivedHeader(0, "authorization"), "Basic eDp5");
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    void aRequestMaySkipIt()
    {
        World world;
        QVERIFY(world.signIn());
        auto request = world.request();
        request.setAttribute(
            QNetworkRequest::Attribute(authcore::AuthNetworkAccessManager::SkipAuthAttribute),
            true);
        world.watch(world.manager->get(request));
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.backend.transcript(), QStringList {u"GET /api/resources -> 401"_s});
    }

    // Race 27, and similar cases.
    void tokensGoToProtectedOriginsOnly_data()
    {
        QTest::addColumn<QStringList>("origins");
        QTest::addColumn<QStringList>("publicPaths");
        QTest::addColumn<bool>("sent");
        QTest::newRow("the backend's own") << QStringList {u"self"_s} << QStringList {} << true;
        QTest::newRow("none configured: to nobody") << QStringList {} << QStringList {} << false;
        QTest::newRow("another host")
            << QStringList {u"http://localhost:1"_s} << QStringList {} << false;
        QTest::newRow("a public path")
            << QStringList {u"self"_s} << QStringList {u"/api/*"_s} << false;
    }
    void tokensGoToProtectedOriginsOnly()
    {
        QFETCH(QStringList, origins);
        QFETCH(QStringList, publicPaths);
        QFETCH(bool, sent);
        World world([&](auto &profile) {
            if (origins != QStringList {u"self"_s})
                profile.protectedOrigins = origins;
            profile.publicPaths = publicPaths;
        });
        QVERIFY(world.signIn());
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(world.backend.transcript(u"[A1]"_s).size(), sent ? 1 : 0);
        QCOMPARE(world.callers[0]->status, sent ? 200 : 401);
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    void plainHttpBeyondLoopbackIsRefused()
    {
        World world(
            [](auto &profile) { profile.protectedOrigins << u"http://example.invalid:80"_s; });
        auto tokens = authcore::TokenSet {};
        tokens.accessToken = "secret";
        world.session->setTokens(tokens);
        auto &caller =
            world.watch(world.manager->get(QNetworkRequest(QUrl(u"http://example.invalid/x"_s))));
        QCOMPARE(caller.finished, 0); // never inside get()
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.error, QNetworkReply::ProtocolInvalidOperationError);
        QVERIFY(caller.errorText.contains(u"plain http"));
        QVERIFY(!caller.errorText.contains(u"secret"));
    }

    void aBlockingRequestTakesNoTokenOverPlainHttp()
    {
        const auto unsafe = [](QUrl url) {
            url.setHost(u"0.0.0.0"_s); // reaches this machine, but is no loopback address
            return url;
        };
        World world([&](auto &profile) {
            profile.protectedOrigins << authcore::originOf(unsafe(profile.baseUrl));
        });
        QVERIFY(world.signIn());
        QNetworkRequest request(unsafe(world.url(u"/x"_s)));
        // The row asks for the backend itself.
        request.setRawHeader("Host", world.backend.url().authority().toLatin1());
        request.setAttribute(QNetworkRequest::SynchronousRequestAttribute, true);
        world.watch(world.manager->get(request));
        const QStringList arrived = world.backend.transcript();
        QCOMPARE(arrived.size(), 1);
        QVERIFY2(!arrived.constFirst().contains(u"[A1]"_s), qPrintable(arrived.constFirst()));
    }

    // Plain http to this machine may carry passwords and tokens because nothing is in between: Qt
    // uses no proxy for it, neither one of the application nor one of the system (http_proxy).
    void noProxyIsOnTheWayToThisMachine()
    {
        test::RawServer proxy;
        QNetworkProxy::setApplicationProxy(
            QNetworkProxy(QNetworkProxy::HttpProxy, u"127.0.0.1"_s, proxy.serverPort()));
        World world;
        const bool isSignedIn = world.signIn();
        world.get();
        world.watch(world.manager->get(QNetworkRequest(elsewhere(world, u"/api/resources"_s))));
        QTRY_COMPARE(world.finishedCount(), 2);
        QNetworkProxyFactory::setUseSystemConfiguration(true);
        QVERIFY(isSignedIn);
        QCOMPARE(world.endedWith(200), 1);
        QCOMPARE(proxy.arrived().size(), std::size_t(0));
    }

    // Race 23: also over a redirect.
    void aForeignOriginNeverSeesTheToken_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("post");
        for (const int status : {301, 302, 303, 307, 308}) {
            QTest::addRow("%d GET", status) << status << false;
            QTest::addRow("%d POST", status) << status << true;
        }
    }
    void aForeignOriginNeverSeesTheToken()
    {
        QFETCH(int, status);
        QFETCH(bool, post);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/from"_s).always(redirectTo(elsewhere(world, u"/to"_s), status));
        world.backend.on(u"/to"_s).always({200, {}, "there"});
        auto request = world.request(u"/from"_s);
        request.setRawHeader("Cookie", "hand=made");
        request.setRawHeader("Content-Type", "text/plain");
        auto &caller = world.watch(
            post ? world.manager->post(request, QByteArray("body")) : world.manager->get(request));
        QSignalSpy redirected(caller.reply, &QNetworkReply::redirected);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(caller.body, "there");
        QCOMPARE(redirected.size(), 1);
        QCOMPARE(caller.reply->url(), elsewhere(world, u"/to"_s));
        const bool keeps = status == 307 || status == 308; // method and body are kept
        const QString verb = post && keeps ? u"POST"_s : u"GET"_s;
        QCOMPARE(world.backend.transcript().last(), verb + u" /to -> 200"_s);
        const auto to = world.backend.on(u"/to"_s);
        QCOMPARE(to.arrivedHeader(0, "authorization"), QByteArray());
        QCOMPARE(to.arrivedHeader(0, "cookie"), QByteArray());
        QCOMPARE(to.arrivedHeader(0, "content-type"),
            post && keeps ? QByteArray("text/plain") : QByteArray());
        QCOMPARE(to.arrivedBody(0), post && keeps ? QByteArray("body") : QByteArray());
        QCOMPARE(world.backend.on(u"/from"_s).arrivedCount(), 1);
    }

    // A blocking request to a foreign origin carries no token either; Qt follows its redirects by
    // itself.
    void aBlockingRequestTakesNoTokenThere()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/from"_s).always(redirectTo(elsewhere(world, u"/to"_s)));
        world.backend.on(u"/to"_s).always({200, {}, "there"});
        auto request = world.request(u"/from"_s);
        request.setAttribute(QNetworkRequest::SynchronousRequestAttribute, true);
        world.watch(world.manager->get(request));
        QCOMPARE(world.backend.transcript(u"/from"_s), QStringList {u"GET /from [A1] -> 302"_s});
        QCOMPARE(world.backend.on(u"/to"_s).arrivedHeader(0, "authorization"), QByteArray());
    }

    void aForeignChallengeIsDelivered()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/from"_s).always(redirectTo(elsewhere(world, u"/to"_s)));
        world.backend.on(u"/to"_s).always({401, {}, "who are you"});
        world.get(u"/from"_s);
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.callers[0]->body, "who are you");
        QCOMPARE(world.refreshesOnTheWire(), 0);
        QVERIFY(world.session->isSignedIn());
    }

    void aHopWithinTheOriginKeepsTheTokenAndMayBeChallenged()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/from"_s).always(redirectTo(world.url(u"/api/resources"_s)));
        world.get(u"/from"_s);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /from [A?] -> 302"_s, u"GET /api/resources [A?] -> 401"_s,
                u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A2] -> 200"_s}));
    }

    void redirectPoliciesAreQts_data()
    {
        using Policy = QNetworkRequest::RedirectPolicy;
        QTest::addColumn<Policy>("policy");
        QTest::addColumn<bool>("foreign");
        QTest::addColumn<QNetworkReply::NetworkError>("error");
        QTest::addColumn<int>("status");
        QTest::newRow("manual: as it is")
            << QNetworkRequest::ManualRedirectPolicy << false << QNetworkReply::NoError << 302;
        QTest::newRow("no less safe")
            << QNetworkRequest::NoLessSafeRedirectPolicy << true << QNetworkReply::NoError << 200;
        QTest::newRow("same origin, and it is")
            << QNetworkRequest::SameOriginRedirectPolicy << false << QNetworkReply::NoError << 200;
        QTest::newRow("same origin, and it is not")
            << QNetworkRequest::SameOriginRedirectPolicy << true
            << QNetworkReply::InsecureRedirectError << 302;
        QTest::newRow("user verified, allowed")
            << QNetworkRequest::UserVerifiedRedirectPolicy << true << QNetworkReply::NoError << 200;
    }
    void redirectPoliciesAreQts()
    {
        QFETCH(QNetworkRequest::RedirectPolicy, policy);
        QFETCH(bool, foreign);
        QFETCH(QNetworkReply::NetworkError, error);
        QFETCH(int, status);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/from"_s)
            .always(redirectTo(foreign ? elsewhere(world, u"/to"_s) : world.url(u"/to"_s)));
        world.backend.on(u"/to"_s).always({200, {}, "there"});
        auto request = world.request(u"/from"_s);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, policy);
        QNetworkReply *reply = world.manager->get(request);
        connect(
            reply, &QNetworkReply::redirected, reply, [reply] { Q_EMIT reply->redirectAllowed(); });
        auto &caller = world.watch(reply);
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.error, error);
        QCOMPARE(caller.status, status);
    }

    void redirectChainsAreLimited()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/loop"_s).always(redirectTo(world.url(u"/loop"_s)));
        auto request = world.request(u"/loop"_s);
        request.setMaximumRedirectsAllowed(3);
        auto &caller = world.watch(world.manager->get(request));
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.error, QNetworkReply::TooManyRedirectsError);
        QCOMPARE(world.backend.on(u"/loop"_s).arrivedCount(), 4);
    }

    // The query of a URL may be secret, so a trace leaves it out.
    void aTraceNamesNoMoreThanThePath()
    {
        TracedUrls traced;
        World world;
        QVERIFY(world.signIn());
        world.session->setTraceSink(&traced);
        QUrl url = world.url(u"/x?key=secret#there"_s);
        url.setUserInfo(u"anna:secret"_s);
        world.watch(world.manager->get(QNetworkRequest(url)));
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(traced.urls, QList<QUrl>(2, world.url(u"/x"_s)));
        world.session->setTraceSink(nullptr);
    }

    // Race 23: the token endpoint follows no redirect.
    void theTokenEndpointFollowsNoRedirect_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308}) // Qt sends a GET after the first three
            QTest::addRow("%d", status) << status;
    }
    void theTokenEndpointFollowsNoRedirect()
    {
        QFETCH(const int, status);
        World world(
            [](auto &profile) { profile.policy.totalTimeout = std::chrono::milliseconds(1); });
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/authorization/refresh"_s)
            .always(redirectTo(elsewhere(world, u"/thief"_s), status));
        world.get();
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(world.backend.on(u"/thief"_s).arrivedCount(), 0);
        QVERIFY(world.session->isSignedIn());
    }
};

QTEST_GUILESS_MAIN(Where)
#include "tst_where.moc"
