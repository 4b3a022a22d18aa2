// Races 23 and 59: the credentials of each hop of a redirect chain. A chain that has left the
// protected origins carries none any more, wherever it goes later.
#include "tests/support/parity.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using test::Through;
using test::World;

namespace {

//! A protected origin, a second one, and one that is not protected. Paths count the hops: "/0"
//! leads to "/1" at the next place. "/public/" is the public part of the first origin.
struct Places : test::Stage
{
    Places()
        : Stage(Through::GoodToken)
    {
        profile.csrf = {{u"csrf"_s, "X-CSRF"}};
        profile.extraHeaders = {{u"X-Tenant"_s, u"acme"_s}};
        profile.publicPaths = {u"/public/*"_s};
        profile.protectedOrigins << authcore::originOf(second.url());
        session->setProfile(profile);
        signIn();
        auto tokens = session->tokens();
        QNetworkCookie csrf("csrf", "C1");
        csrf.setDomain(u"127.0.0.1"_s); // cookies of both servers: cookies do not know ports
        csrf.setPath(u"/"_s);
        tokens.cookies = {csrf};
        session->setTokens(tokens);
    }

    [[nodiscard]] QUrl url(const QString &place, int hop)
    {
        const QByteArray path = (place == "public"_L1 ? "/public/" : "/") + QByteArray::number(hop);
        return place == "away"_L1  ? away.url(path)
            : place == "second"_L1 ? second.url(path)
                                   : server.url(path);
    }
    [[nodiscard]] test::RawServer &serverOf(const QString &place)
    {
        return place == "away"_L1 ? away : place == "second"_L1 ? second : server;
    }

    //! Each hop leads to the next one; the last gets the answer `last`.
    void lay(const QStringList &chain, const QByteArray &redirect, const QByteArray &last)
    {
        for (int hop = 0; hop < chain.size(); ++hop) {
            const QString place = chain.at(hop);
            const bool isLast = hop + 1 == chain.size();
            const test::RawHeaders headers = isLast
                ? test::RawHeaders()
                : test::RawHeaders {{"Location", url(chain.at(hop + 1), hop + 1).toEncoded()}};
            serverOf(place).on(url(place, hop).path().toLatin1(),
                [this, place, headers, status = isLast ? last : redirect](const auto &request) {
                    transcript.append(place % u": "_s % seen(request));
                    return test::http(status, headers, "");
                });
        }
    }

    [[nodiscard]] static QString seen(const test::RawServer::Request &request)
    {
        QStringList found;
        const auto note = [&](const char *name, const QByteArray &header, const char *part) {
            if (request.header(header).contains(part))
                found.append(QString::fromLatin1(name));
        };
        note("token", "Authorization", "Bearer good");
        note("session cookie", "Cookie", "csrf=C1");
        note("CSRF value", "X-CSRF", "C1");
        note("extra header", "X-Tenant", "acme");
        note("caller's cookie", "Cookie", "own=1");
        if (!request.body.isEmpty())
            found.append(u"body"_s);
        return found.isEmpty() ? u"nothing"_s : found.join(u", "_s);
    }

    test::RawServer second;
    test::RawServer away;
    QStringList transcript;
};

const QString all = u"token, session cookie, CSRF value, extra header, caller's cookie, body"_s;
const QString ours = u"token, session cookie, CSRF value, extra header, body"_s;

} // namespace

class RedirectChains : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hops_data()
    {
        QTest::addColumn<QByteArray>("redirect");
        QTest::addColumn<QStringList>("hops"); // "place: what the server sees"
        const auto row = [](const char *name, const char *redirect, const QStringList &hops) {
            QTest::newRow(name) << QByteArray(redirect) << hops;
        };
        const char *keeping = "307 Temporary Redirect";
        row("within the origin", keeping, {u"home: "_s + all, u"home: "_s + all});
        row("to another protected origin: without what is the caller's", keeping,
            {u"home: "_s + all, u"second: "_s + ours});
        row("there and back", keeping,
            {u"home: "_s + all, u"second: "_s + ours, u"home: "_s + ours});
        row("through a public path of the origin", keeping,
            {u"home: "_s + all, u"public: caller's cookie, body"_s, u"home: "_s + all});
        row("away", keeping, {u"home: "_s + all, u"away: body"_s});
        row("away, and on from there", keeping,
            {u"home: "_s + all, u"away: body"_s, u"away: body"_s});
        row("away and back", keeping, {u"home: "_s + all, u"away: body"_s, u"home: body"_s});
        row("back, and on within the origin", keeping,
            {u"home: "_s + all, u"away: body"_s, u"home: body"_s, u"home: body"_s});
        row("back to another protected origin", keeping,
            {u"home: "_s + all, u"away: body"_s, u"second: body"_s, u"home: body"_s});
        row("away and back, as a GET", "302 Found",
            {u"home: "_s + all, u"away: nothing"_s, u"home: nothing"_s});
    }
    void hops()
    {
        QFETCH(const QByteArray, redirect);
        QFETCH(const QStringList, hops);
        Places places;
        QStringList chain;
        for (const QString &hop : hops)
            chain.append(hop.section(u':', 0, 0));
        places.lay(chain, redirect, "200 OK");
        auto request = places.request("/0");
        request.setRawHeader("Cookie", "own=1");
        request.setRawHeader("Content-Type", "text/plain");
        test::Caller caller(places.manager->post(request, "body"));
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.error, QNetworkReply::NoError);
        QCOMPARE(places.transcript, hops);
    }

    // Without a token in the request, no refresh could cure the challenge.
    void aChallengeAfterComingBackIsDelivered()
    {
        Places places;
        places.lay({u"home"_s, u"away"_s, u"home"_s}, "302 Found", "401 Unauthorized");
        test::Caller caller(places.manager->get(places.request("/0")));
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.status, 401);
        QCOMPARE(places.transcript.size(), 3);
        QCOMPARE(places.server.arrivedCount("/authorization/refresh"), 0);
    }

    // Neither does an answer to such a request set cookies of the session.
    void anAnswerAfterComingBackSetsNoCookieOfTheSession()
    {
        Places places;
        places.lay({u"home"_s, u"away"_s, u"home"_s}, "302 Found", "200 OK");
        places.server.on("/2", [](const auto &) {
            return test::http("200 OK", {{"Set-Cookie", "csrf=thief; Path=/"}}, "");
        });
        test::Caller caller(places.manager->get(places.request("/0")));
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(places.session->tokens().cookies.front().value(), "C1");
    }

    // From https to http and back, both protected; Qt asks the caller first.
    void withoutTlsNothingComesBack()
    {
        test::RawServer plain;
        World world({}, {.tls = true});
        const auto before = QSslConfiguration::defaultConfiguration();
        auto trusting = before;
        trusting.addCaCertificate(QSslCertificate(world.backend.certificatePem()));
        QSslConfiguration::setDefaultConfiguration(trusting);
        world.profile.protectedOrigins << authcore::originOf(plain.url());
        world.session->setProfile(world.profile);
        QVERIFY(world.signIn());
        QSslConfiguration::setDefaultConfiguration(before);
        const auto redirectTo = [](const QUrl &url) {
            return demobackend::ScriptedReply {302, {{"Location", url.toEncoded()}}, {}};
        };
        world.backend.on(u"/from"_s).always(redirectTo(plain.url("/plain")));
        plain.on("/plain", [&world](const auto &) {
            return test::http("302 Found", {{"Location", world.url(u"/back"_s).toEncoded()}}, "");
        });
        world.backend.on(u"/back"_s).always({200, {}, "there"});
        auto request = world.request(u"/from"_s);
        request.setSslConfiguration(trusting);
        request.setAttribute(
            QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::UserVerifiedRedirectPolicy);
        QNetworkReply *reply = world.manager->get(request);
        connect(
            reply, &QNetworkReply::redirected, reply, [reply] { Q_EMIT reply->redirectAllowed(); });
        auto &caller = world.watch(reply);
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.body, "there");
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /from [A1] -> 302"_s, u"GET /back -> 200"_s}));
        QCOMPARE(plain.last("/plain").header("Authorization"), QByteArray());
    }
};

QTEST_GUILESS_MAIN(RedirectChains)
#include "tst_redirectchains.moc"
