// Cookies of a session beside those of the manager: which are sent, kept and stored.
#include "tests/support/world.h"

#include <QtNetwork/QNetworkCookieJar>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::BackendProfile;
using demobackend::ScriptedReply;
using test::World;

namespace {

const QString place = u"/api/v1/anything"_s; //!< a path of the backend without a rule of its own

//! A world that is signed in to cookie-form with tokens that name themselves.
struct CookieWorld : World
{
    explicit CookieWorld(const Tweak &tweak = {})
        : World([&](BackendProfile &ours) {
            ours = *BackendProfile::preset(u"cookie-form"_s, ours.baseUrl);
            ours.csrf = {{u"csrf"_s, "X-CSRF"}};
            if (tweak)
                tweak(ours);
        })
        , anywhere(backend.on(place))
        , refresh(backend.on(u"/api/v1/token"_s))
    {
        (void)anywhere.always({200, {}, "good"});
        authcore::TokenSet tokens;
        tokens.accessToken = "A1";
        tokens.refreshToken = "R1";
        tokens.userName = u"anna"_s;
        tokens.cookies = {cookie("access_token", ""),
            cookie("refresh_token", "", u"/api/v1/token"_s), cookie("csrf", "C1"),
            cookie("affinity", "one")};
        session->setTokens(tokens);
    }

    [[nodiscard]] static QNetworkCookie cookie(
        const QByteArray &name, const QByteArray &value, const QString &path = u"/"_s)
    {
        QNetworkCookie made(name, value);
        made.setDomain(u"127.0.0.1"_s);
        made.setPath(path);
        return made;
    }
    void fillJar(const QList<QNetworkCookie> &cookies) const
    {
        manager->cookieJar()->setCookiesFromUrl(cookies, url(place));
    }
    [[nodiscard]] QByteArray jar() const
    {
        QByteArrayList pairs;
        for (const QNetworkCookie &known : manager->cookieJar()->cookiesForUrl(url(place)))
            pairs.append(known.toRawForm(QNetworkCookie::NameAndValueOnly));
        return pairs.join("; ");
    }
    [[nodiscard]] QByteArray sent(int index = 0) const
    {
        return anywhere.arrivedHeader(index, "cookie");
    }
    //! The value of the session's cookie with this name.
    [[nodiscard]] static QByteArray valueOf(
        const authcore::TokenSet &tokens, const QByteArray &name)
    {
        for (const QNetworkCookie &known : tokens.cookies) {
            if (known.name() == name)
                return known.value();
        }
        return "none";
    }
    [[nodiscard]] QByteArray value(const QByteArray &name) const
    {
        return valueOf(session->tokens(), name);
    }
    [[nodiscard]] QByteArray storedValue(const QByteArray &name)
    {
        return valueOf(stored().value_or(authcore::TokenSet()), name);
    }

    mutable demobackend::Script anywhere;
    demobackend::Script refresh;
};

ScriptedReply setting(const QByteArrayList &cookies, int status = 200)
{
    ScriptedReply reply {status, {}, "good"};
    for (const QByteArray &cookie : cookies)
        reply.headers.emplace_back("Set-Cookie", cookie);
    return reply;
}

} // namespace

class Cookies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSessionsBesideOthers_data()
    {
        QTest::addColumn<QByteArray>("jar");
        QTest::addColumn<QByteArray>("own");
        QTest::addColumn<QByteArray>("sent");
        const QByteArray ours = "access_token=A1; csrf=C1; affinity=one";
        const auto row = [](const char *name, const char *jar, const char *own,
                             const QByteArray &sent) {
            QTest::newRow(name) << QByteArray(jar) << QByteArray(own) << sent;
        };
        row("alone", "", "", ours);
        row("the jar's", "theme=dark", "", ours + "; theme=dark");
        row("the caller's own", "", "theme=dark; b=2", ours + "; theme=dark; b=2");
        row("the jar's instead of the caller's, as with Qt", "theme=dark", "b=2",
            ours + "; theme=dark");
        row("the session's before the jar's", "access_token=old", "", ours);
        row("the session's before the caller's", "", "access_token=old; b=2; csrf=x",
            ours + "; b=2");
        row("one that does not go here", "refresh_token=old", "", ours);
    }
    void theSessionsBesideOthers()
    {
        QFETCH(const QByteArray, jar);
        QFETCH(const QByteArray, own);
        CookieWorld world;
        if (!jar.isEmpty())
            world.fillJar(QNetworkCookie::parseCookies(jar));
        auto request = world.request(place);
        if (!own.isEmpty())
            request.setRawHeader("Cookie", own);
        auto &caller = world.watch(world.manager->get(request));
        QTRY_COMPARE(world.endedWith(200), 1);
        QTEST(world.sent(), "sent");
        QCOMPARE(caller.reply->request().rawHeader("Cookie"), own);
    }

    void withoutTheJar()
    {
        CookieWorld world;
        world.fillJar({QNetworkCookie("theme", "dark")});
        auto request = world.request(place);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setRawHeader("Cookie", "b=2");
        world.watch(world.manager->get(request));
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.sent(), QByteArray("access_token=A1; csrf=C1; affinity=one; b=2"));
    }

    void withoutASessionTheJarsIsNotSentEither()
    {
        CookieWorld world;
        world.session->signOut();
        world.fillJar(QNetworkCookie::parseCookies("access_token=old"));
        world.get(place);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.sent(), QByteArray());
    }

    void whereSetCookiesGo_data()
    {
        QTest::addColumn<QByteArray>("set");
        QTest::addColumn<bool>("isSaved");
        QTest::addColumn<QByteArray>("jar");
        const auto row = [](const char *name, const char *set, bool isSaved, const char *jar) {
            QTest::newRow(name) << QByteArray(set) << isSaved << QByteArray(jar);
        };
        row("a token's", "access_token=A2; Path=/", true, "");
        row("the refresh token's, which is not even sent here", "refresh_token=R2; Path=/", true,
            "");
        row("a proof of origin", "csrf=C2; Path=/", true, "");
        row("one that the session knows", "affinity=two; Path=/", true, "");
        row("another", "theme=dark; Path=/", true, "theme=dark");
        row("another, without a path", "theme=dark", true, "theme=dark");
        row("another that nobody wants", "theme=dark; Path=/", false, "");
    }
    void whereSetCookiesGo()
    {
        QFETCH(const QByteArray, set);
        QFETCH(const bool, isSaved);
        CookieWorld world;
        (void)world.anywhere.clear().replies(setting({set}));
        auto request = world.request(place);
        if (!isSaved)
            request.setAttribute(
                QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        world.watch(world.manager->get(request));
        QTRY_COMPARE(world.endedWith(200), 1);
        QTEST(world.jar(), "jar");
    }

    // The cookies change within the same generation, and are stored.
    void anAnswerChangesTheSessionsCookies()
    {
        CookieWorld world;
        (void)world.anywhere.clear().replies(
            setting({"csrf=C2; Path=/", "access_token=A2; Path=/; Max-Age=900"}));
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        QSignalSpy replaced(world.session.get(), &AuthSession::tokensReplaced);
        const auto generation = world.session->generation();
        world.get(place);
        QTRY_COMPARE(world.endedWith(200), 1);
        QTRY_COMPARE(world.storedValue("csrf"), QByteArray("C2"));
        QCOMPARE(world.stored()->accessToken, QByteArray("A2"));
        QCOMPARE(world.session->tokens().accessToken, QByteArray("A2"));
        QCOMPARE(world.value("access_token"), QByteArray());
        QVERIFY(world.session->tokens().expiresAt == std::chrono::sys_seconds() + 2'000'000'900s);
        QCOMPARE(world.session->generation(), generation);
        QCOMPARE(refreshed.size() + replaced.size(), 0);
        (void)world.anywhere.always({200, {}, "good"});
        world.post("x", place);
        QTRY_COMPARE(world.endedWith(200), 2);
        QVERIFY(world.sent(1).contains("access_token=A2"));
        QCOMPARE(world.anywhere.arrivedHeader(1, "x-csrf"), QByteArray("C2"));
    }

    void whoseAnswersCount_data()
    {
        QTest::addColumn<bool>("isOld");
        QTest::addColumn<QByteArray>("csrf");
        QTest::newRow("of the present tokens") << false << QByteArray("C2");
        QTest::newRow("of tokens that are gone") << true << QByteArray("C1");
    }
    void whoseAnswersCount()
    {
        QFETCH(const bool, isOld);
        CookieWorld world;
        (void)world.anywhere.clear().hold().replies(setting({"csrf=C2; Path=/"}));
        world.get(place);
        QTRY_COMPARE(world.anywhere.heldCount(), 1);
        if (isOld)
            world.session->setTokens(world.session->tokens());
        (void)world.anywhere.release();
        QTRY_COMPARE(world.endedWith(200), 1);
        QTEST(world.value("csrf"), "csrf");
    }

    // Another process has stored newer tokens since.
    void anotherProcessesTokensAreNotOverwritten()
    {
        CookieWorld world;
        QVERIFY(world.stored().has_value());
        auto theirs = world.session->tokens();
        theirs.accessToken = "A9";
        theirs.refreshToken = "R9";
        world.store.save(
            {world.profile.id, u"anna"_s, {}, {}}, theirs, &world.store, [](const auto &) {});
        (void)world.anywhere.clear().replies(setting({"csrf=C2; Path=/"}));
        world.get(place);
        QTRY_COMPARE(world.value("csrf"), QByteArray("C2"));
        QTRY_COMPARE(world.endedWith(200), 1);
        (void)world.stored(); // waits until everything before has been stored
        QCOMPARE(world.storedValue("csrf"), QByteArray("C1"));
        QCOMPARE(world.stored()->refreshToken, QByteArray("R9"));
    }

    // The answer comes while a refresh runs, which stores everything at its end.
    void duringARefresh_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("csrf");
        QTest::addColumn<QByteArray>("renewed");
        QTest::newRow("that fails") << 500 << QByteArray("C2") << QByteArray("csrf=C3; Path=/");
        QTest::newRow("that renews it") << 200 << QByteArray("C3") << QByteArray("csrf=C3; Path=/");
        QTest::newRow("that renews others") << 200 << QByteArray("C2") << QByteArray("b=2; Path=/");
    }
    void duringARefresh()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, renewed);
        CookieWorld world([](auto &profile) { profile.policy.totalTimeout = 1ms; });
        (void)world.anywhere.clear().hold().replies(setting({"csrf=C2; Path=/"}));
        world.get(place);
        QTRY_COMPARE(world.anywhere.heldCount(), 1);
        (void)world.refresh.hold().replies(setting({"access_token=A2; Path=/", renewed}, status));
        world.session->refreshNow();
        QTRY_COMPARE(world.refresh.heldCount(), 1);
        (void)world.anywhere.release();
        QTRY_COMPARE(world.value("csrf"), QByteArray("C2"));
        QTRY_COMPARE(world.endedWith(200), 1);
        (void)world.refresh.release();
        QTRY_VERIFY(!world.session->isRefreshInProgress());
        QTEST(world.value("csrf"), "csrf");
        QTRY_COMPARE(world.storedValue("csrf"), world.value("csrf"));
    }

    // Another origin gets no cookie, whatever the cookie's own rules allow: cookies do not know
    // ports.
    void foreignOriginsGetNone_data()
    {
        QTest::addColumn<QString>("host");
        QTest::newRow("another host") << u"localhost"_s;
        QTest::newRow("another port") << u"127.0.0.1"_s;
    }
    void foreignOriginsGetNone()
    {
        QFETCH(const QString, host);
        demobackend::DemoBackend foreign;
        QCOMPARE(foreign.start(), QString());
        auto target = foreign.on(u"/elsewhere"_s);
        (void)target.always(setting({"csrf=evil; Path=/", "theme=dark; Path=/"}));
        CookieWorld world([](auto &profile) {
            profile.extraHeaders = {{u"X-App"_s, u"ours"_s}, {u"X-Own"_s, u"ours"_s}};
        });
        QUrl url = foreign.url().resolved(QUrl(u"/elsewhere"_s));
        url.setHost(host);
        (void)world.anywhere.clear().replies({307, {{"Location", url.toEncoded()}}, {}});
        auto request = world.request(place);
        request.setRawHeader("Content-Type", "text/plain");
        request.setRawHeader("X-Own", "mine");
        world.watch(world.manager->post(request, "x"));
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(world.sent().contains("access_token=A1"));
        QCOMPARE(world.anywhere.arrivedHeader(0, "x-csrf"), QByteArray("C1"));
        QCOMPARE(world.anywhere.arrivedHeader(0, "x-app"), QByteArray("ours"));
        QCOMPARE(world.anywhere.arrivedHeader(0, "x-own"), QByteArray("mine"));
        QCOMPARE(target.arrivedCount(), 1);
        QCOMPARE(target.arrivedHeader(0, "cookie"), QByteArray());
        QCOMPARE(target.arrivedHeader(0, "x-csrf"), QByteArray());
        QCOMPARE(target.arrivedHeader(0, "x-app"), QByteArray());
        QCOMPARE(world.value("csrf"), QByteArray("C1"));
    }

    // Each hop gets the cookies that match its own URL.
    void redirectsAtHome()
    {
        CookieWorld world;
        auto next = world.backend.on(u"/other"_s);
        (void)next.always({200, {}, "good"});
        auto tokens = world.session->tokens();
        tokens.cookies.append(CookieWorld::cookie("deep", "1", u"/api"_s));
        world.session->setTokens(tokens);
        (void)world.anywhere.clear().replies({303, {{"Location", "/other"}}, {}});
        world.post("x", place);
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(world.sent().contains("deep=1"));
        QCOMPARE(
            next.arrivedHeader(0, "cookie"), QByteArray("access_token=A1; csrf=C1; affinity=one"));
        QCOMPARE(world.anywhere.arrivedHeader(0, "x-csrf"), QByteArray("C1"));
        QCOMPARE(next.arrivedHeader(0, "x-csrf"), QByteArray());
    }

    // Race 51: developers run this dialect's server on their own machine, without TLS.
    void secureCookiesWorkOnLoopback()
    {
        const QString access = u"__Host-access"_s;
        World world([&](BackendProfile &ours) {
            ours = *BackendProfile::preset(u"cookie-form"_s, ours.baseUrl);
            ours.answer.accessTokenCookie = access;
            ours.answer.refreshTokenCookie = u"__Secure-refresh"_s;
        });
        const auto fresh = [](const QByteArray &number) {
            return setting({"__Host-access=A" + number + "; Secure; HttpOnly; Path=/",
                "__Secure-refresh=R" + number + "; Secure; HttpOnly; Path=/api/v1/token"});
        };
        world.backend.on(u"/api/v1/login"_s).replies(fresh("1"));
        world.backend.on(u"/api/v1/token"_s).replies(fresh("2"));
        world.backend.on(place).replies(401, "who?").always({200, {}, "good"});
        QVERIFY(world.signIn());
        world.get(place);
        QTRY_COMPARE(world.endedWith(200), 1);
        const auto seen = [&world](const QString &path, int index) {
            return world.backend.on(path).arrivedHeader(index, "cookie");
        };
        QCOMPARE(seen(place, 0), "__Host-access=A1");
        QCOMPARE(seen(u"/api/v1/token"_s, 0), "__Secure-refresh=R1; __Host-access=A1");
        QCOMPARE(seen(place, 1), "__Host-access=A2");
    }

    void extraHeaders()
    {
        World world([](auto &profile) {
            profile.extraHeaders = {{u"X-App"_s, u"ours"_s}, {u"X-Own"_s, u"ours"_s}};
            profile.publicPaths = {u"/public"_s};
        });
        auto anywhere = world.backend.on(place);
        auto open = world.backend.on(u"/public"_s);
        (void)anywhere.always({200, {}, "good"});
        (void)open.always({200, {}, "good"});
        auto request = world.request(place);
        request.setRawHeader("x-own", "mine");
        world.watch(world.manager->get(request)); // nobody is signed in
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(world.signIn());
        world.watch(world.manager->get(request));
        world.get(u"/public"_s);
        QTRY_COMPARE(world.endedWith(200), 3);
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(anywhere.arrivedHeader(i, "x-app"), QByteArray("ours"));
            QCOMPARE(anywhere.arrivedHeader(i, "x-own"), QByteArray("mine"));
        }
        QCOMPARE(open.arrivedHeader(0, "x-app"), QByteArray());
    }

    void challengesByTheirErrors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("refreshes");
        const auto row = [](const char *name, int status, const char *header, int refreshes) {
            QTest::newRow(name) << status << QByteArray(header) << refreshes;
        };
        row("403 invalid_token", 403, "Basic realm=\"x\", Bearer error=\"invalid_token\"", 1);
        row("403 insufficient_scope", 403, "Bearer error=\"insufficient_scope\"", 0);
        row("401 invalid_request", 401, "Bearer error=\"invalid_request\"", 0);
    }
    void challengesByTheirErrors()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, header);
        QFETCH(const int, refreshes);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(place)
            .replies({status, {{"WWW-Authenticate", header}}, {}})
            .always({200, {}, "good"});
        world.get(place);
        QTRY_COMPARE(world.endedWith(refreshes ? 200 : status), 1);
        QCOMPARE(world.refreshesOnTheWire(), refreshes);
        QVERIFY(world.session->isSignedIn());
    }
};

QTEST_GUILESS_MAIN(Cookies)
#include "tst_cookies.moc"
