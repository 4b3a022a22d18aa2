// Each dialect from sign-in to the end of the session, with its peculiarities; races 37, 39 and 40.
#include "tests/support/speaking.h"
#include "tests/support/world.h"

#include <QtCore/QJsonArray>
#include <QtNetwork/QNetworkCookieJar>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::BackendProfile;
using authcore::EndReason;
using demobackend::RefreshAnswer;
using test::World;

namespace {

//! A world that speaks one dialect.
struct DialectWorld : World
{
    explicit DialectWorld(const QString &preset, const Tweak &tweak = {})
        : World([&](BackendProfile &ours) {
            ours = *BackendProfile::preset(preset, ours.baseUrl);
            if (tweak)
                tweak(ours);
        })
        , ended(session.get(), &AuthSession::sessionEnded)
        , required(session.get(), &AuthSession::signInRequired)
        , resource(u'/' + profile.resources.constFirst().path)
        , refresh(u'/' + profile.refresh.url.path())
    {
    }

    //! How often the server saw this request, as in "GET [A1] -> 401" for the resource.
    [[nodiscard]] int seen(const QString &method, const QString &rest) const
    {
        const QString path = method == u"REFRESH"_s ? refresh : resource;
        const QString verb = method == u"REFRESH"_s ? u"POST"_s : method;
        return static_cast<int>(backend.transcript(verb % u' ' % path).filter(rest).size());
    }

    QSignalSpy ended;
    QSignalSpy required;
    QString resource;
    QString refresh;
};

void everyDialect()
{
    QTest::addColumn<QString>("preset");
    // oauth2 is not in the list, since it signs in elsewhere.
    for (const char *name :
        {"cookie-form", "json-bearer", "x-access-token", "cookie-csrf", "custom-jwt"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

} // namespace

class Dialects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void threeRequestsAndOneRefresh_data() { everyDialect(); }
    void threeRequestsAndOneRefresh()
    {
        QFETCH(const QString, preset);
        DialectWorld world(preset);
        QVERIFY(world.signIn());
        const auto before = world.session->tokens();
        world.breakAccess();
        for (int i = 0; i < 3; ++i)
            world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 3);
        for (const auto &caller : world.callers)
            QVERIFY(caller->body.endsWith(", username: anna"));
        QCOMPARE(world.seen(u"GET"_s, u"-> 401"_s), 3);
        QCOMPARE(world.seen(u"REFRESH"_s, u"R1] -> 200"_s), 1);
        QCOMPARE(world.seen(u"GET"_s, u"[A2] -> 200"_s), 3);
        QCOMPARE(world.backend.transcript().size(), 7);
        const auto after = world.session->tokens();
        QVERIFY(!after.accessToken.isEmpty() && after.accessToken != before.accessToken);
        QVERIFY(!after.refreshToken.isEmpty() && after.refreshToken != before.refreshToken);
        QCOMPARE(after.userData, before.userData);
        QCOMPARE(after.accountId, before.accountId);
        QVERIFY(after.expiresAt.has_value());
        QVERIFY(world.stored() == after);
    }

    // Flask-JWT-Extended answers 422 to a token that is no JWT.
    void aBrokenTokenMayBeAnswered422_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<bool>("isRefreshed");
        QTest::newRow("json-bearer") << u"json-bearer"_s << true;
        QTest::newRow("json-bearer, and so is the refresh token") << u"json-bearer"_s << false;
        QTest::newRow("cookie-csrf") << u"cookie-csrf"_s << true;
        QTest::newRow("cookie-csrf, and so is the refresh token") << u"cookie-csrf"_s << false;
    }
    void aBrokenTokenMayBeAnswered422()
    {
        QFETCH(const QString, preset);
        QFETCH(const bool, isRefreshed);
        const QByteArray broken = R"({"msg":"Not enough segments"})";
        DialectWorld world(preset);
        QVERIFY(world.signIn());
        world.backend.on(world.resource).replies(422, broken);
        if (!isRefreshed)
            world.backend.on(world.refresh).replies(422, broken);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(isRefreshed ? 200 : 422), 1);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 1);
        QCOMPARE(world.ended.size(), isRefreshed ? 0 : 1);
    }

    // With the access token deleted, no request leaves without a token.
    void aDeletedAccessTokenIsRefreshedFirst_data() { everyDialect(); }
    void aDeletedAccessTokenIsRefreshedFirst()
    {
        QFETCH(const QString, preset);
        DialectWorld world(preset);
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.accessToken.clear();
        world.session->setTokens(tokens);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.seen(u"REFRESH"_s, u"R1] -> 200"_s), 1);
        QCOMPARE(world.backend.transcript().size(), 2);
    }

    void noRefreshTokenIsTheEnd_data() { everyDialect(); }
    void noRefreshTokenIsTheEnd()
    {
        QFETCH(const QString, preset);
        DialectWorld world(preset);
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.refreshToken.clear();
        tokens.accessToken = "broken";
        world.session->setTokens(tokens);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 0);
        QCOMPARE(world.ended.size(), 1);
        QCOMPARE(world.ended[0][0].value<EndReason>(), EndReason::NoRefreshToken);
        QCOMPARE(world.required.size(), 1);
    }

    void aRejectedRefreshEndsInSignIn_data() { everyDialect(); }
    void aRejectedRefreshEndsInSignIn()
    {
        QFETCH(const QString, preset);
        DialectWorld world(preset);
        QVERIFY(world.signIn());
        world.breakAccess();
        world.breakRefresh();
        for (int i = 0; i < 3; ++i)
            world.get(world.resource);
        QTRY_COMPARE(world.endedWith(401), 3);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 1);
        QCOMPARE(world.seen(u"GET"_s, {}), 3);
        QCOMPARE(world.ended.size(), 1);
        QCOMPARE(world.ended[0][0].value<EndReason>(), EndReason::RefreshRejected);
        QCOMPARE(world.required.size(), 1);
        QVERIFY(world.session->tokens().isEmpty());
        QVERIFY(!world.stored());
    }

    void aTemporaryFailureKeepsTheSession_data() { everyDialect(); }
    void aTemporaryFailureKeepsTheSession()
    {
        QFETCH(const QString, preset);
        DialectWorld world(
            preset, [](BackendProfile &profile) { profile.policy.totalTimeout = 1ms; });
        QVERIFY(world.signIn());
        const auto before = world.session->tokens();
        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::ServerError);
        world.get(world.resource);
        QTRY_COMPARE(world.finishedCount(), 1);
        QCOMPARE(world.callers[0]->error, QNetworkReply::ServiceUnavailableError);
        QVERIFY(world.session->isSignedIn());
        QCOMPARE(world.session->tokens().refreshToken, before.refreshToken);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 2);
        QCOMPARE(world.ended.size(), 0);
    }

    // The cookie of the refresh token goes only to the token endpoint.
    void cookieFormSendsCookiesWhereTheyBelong()
    {
        DialectWorld world(u"cookie-form"_s);
        QVERIFY(world.signIn());
        auto resource = world.backend.on(world.resource);
        auto refresh = world.backend.on(world.refresh);
        (void)resource.clear();
        (void)refresh.clear();
        const auto tokens = world.session->tokens();
        world.backend.expireAccessTokens();
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        const QByteArray access = "access_token=" + tokens.accessToken;
        QCOMPARE(resource.arrivedHeader(0, "cookie"), access);
        QCOMPARE(refresh.arrivedHeader(0, "cookie"),
            QByteArray("refresh_token=" + tokens.refreshToken + "; " + access));
        QVERIFY(refresh.arrivedHeader(0, "content-type").startsWith("multipart/form-data"));
        QVERIFY(resource.arrivedHeader(0, "authorization").isEmpty());
        QVERIFY(world.manager->cookieJar()->cookiesForUrl(world.url(world.refresh)).isEmpty());
        for (const QNetworkCookie &cookie : world.session->tokens().cookies)
            QVERIFY(cookie.value().isEmpty());
    }

    // Race 40: the answer of the refresh URL is never a challenge.
    void jsonBearerTakesA401FromItsRefreshForARejection()
    {
        DialectWorld world(u"json-bearer"_s);
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::Unauthorized, 10);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.seen(u"REFRESH"_s, u"-> 401"_s), 1);
        QCOMPARE(world.ended.size(), 1);
    }

    void xAccessTokenKeepsWhatItKnowsOfTheUser()
    {
        DialectWorld world(u"x-access-token"_s);
        QVERIFY(world.signIn(u"boris"_s));
        auto resource = world.backend.on(world.resource);
        (void)resource.clear();
        const auto before = world.session->tokens();
        QVERIFY(!before.userData.value(u"roles"_s).toArray().isEmpty());
        QVERIFY(before.userData.value(u"email"_s).toString().contains(u'@'));
        world.backend.expireAccessTokens();
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.session->tokens().userData, before.userData);
        QCOMPARE(resource.arrivedHeader(0, "x-access-token"), before.accessToken);
        QVERIFY(resource.arrivedHeader(0, "authorization").isEmpty());
    }

    // A 403 from the refresh ends the session, and each listener learns that once; a 403 from
    // content does not.
    void xAccessTokenTellsTwo403Apart()
    {
        DialectWorld world(u"x-access-token"_s);
        QVERIFY(world.signIn(u"boris"_s));
        world.get(u"/api/test/admin"_s);
        QTRY_COMPARE(world.endedWith(403), 1);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 0);
        QCOMPARE(world.ended.size(), 0);

        world.breakAccess();
        world.backend.answerRefreshes(RefreshAnswer::Forbidden, 10);
        for (int i = 0; i < 3; ++i)
            world.get(world.resource);
        QTRY_COMPARE(world.endedWith(401), 3);
        QCOMPARE(world.seen(u"REFRESH"_s, u"-> 403"_s), 1);
        QCOMPARE(world.ended.size(), 1);
        QCOMPARE(world.required.size(), 1);
    }

    void xAccessTokenHasAPublicPlace()
    {
        DialectWorld world(u"x-access-token"_s);
        QVERIFY(world.signIn());
        auto place = world.backend.on(u"/api/test/all"_s);
        (void)place.clear();
        world.get(u"/api/test/all"_s);
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(place.arrivedHeader(0, "x-access-token").isEmpty());
    }

    // Race 37: the replay carries the new CSRF value, from the new cookie.
    void cookieCsrfReplaysWithTheNewValue()
    {
        DialectWorld world(u"cookie-csrf"_s);
        QVERIFY(world.signIn());
        auto resource = world.backend.on(world.resource);
        auto refresh = world.backend.on(world.refresh);
        (void)resource.clear();
        (void)refresh.clear();
        const auto value = [&](const QByteArray &name) {
            const auto cookies = world.session->tokens().cookies;
            for (const QNetworkCookie &cookie : cookies) {
                if (cookie.name() == name)
                    return cookie.value();
            }
            return QByteArray();
        };
        const QByteArray oldValue = value("csrf_access_token");
        const QByteArray oldRefreshValue = value("csrf_refresh_token");
        world.backend.expireAccessTokens();
        world.post("twelve bytes", world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        const QByteArray newValue = value("csrf_access_token");
        QVERIFY(!oldValue.isEmpty() && !newValue.isEmpty() && oldValue != newValue);
        QCOMPARE(resource.arrivedHeader(0, "x-csrf-token"), oldValue);
        QCOMPARE(refresh.arrivedHeader(0, "x-csrf-token"), oldRefreshValue);
        QCOMPARE(resource.arrivedHeader(1, "x-csrf-token"), newValue);
        QVERIFY(resource.arrivedHeader(1, "cookie")
                    .contains(QByteArray("csrf_access_token=" + newValue)));
        QCOMPARE(resource.arrivedBody(1), QByteArray("twelve bytes"));
        QCOMPARE(resource.arrivedCount(), 2);
    }

    void cookieCsrfNeedsNoValueToRead()
    {
        DialectWorld world(u"cookie-csrf"_s);
        QVERIFY(world.signIn());
        auto resource = world.backend.on(world.resource);
        (void)resource.clear();
        world.get(world.resource);
        QTRY_COMPARE(world.finishedCount(), 1);
        world.watch(world.manager->head(world.request(world.resource)));
        QTRY_COMPARE(world.finishedCount(), 2);
        world.watch(world.manager->deleteResource(world.request(world.resource)));
        QTRY_COMPARE(world.finishedCount(), 3);
        QVERIFY(resource.arrivedHeader(0, "x-csrf-token").isEmpty());
        QVERIFY(resource.arrivedHeader(1, "x-csrf-token").isEmpty());
        QVERIFY(!resource.arrivedHeader(2, "x-csrf-token").isEmpty());
    }

    // Race 37: refreshing does not cure a missing CSRF value.
    void cookieCsrfIsNotRefreshedForAMissingValue()
    {
        DialectWorld world(u"cookie-csrf"_s);
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.cookies.removeIf(
            [](const QNetworkCookie &cookie) { return cookie.name() == "csrf_access_token"; });
        world.session->setTokens(tokens);
        auto &caller = world.post("x", world.resource);
        QTRY_COMPARE(world.endedWith(401), 1);
        QVERIFY(caller.body.contains("Missing CSRF token"));
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 0);
        QVERIFY(world.session->isSignedIn());
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
    }

    // Without rotation the refresh token and its CSRF value stay.
    void cookieCsrfKeepsARefreshTokenThatIsNotRenewed()
    {
        DialectWorld world(u"cookie-csrf"_s);
        QVERIFY(world.signIn());
        auto knobs = world.backend.knobs();
        knobs.rotation = false;
        world.backend.setKnobs(knobs);
        const auto before = world.session->tokens();
        for (int i = 1; i <= 2; ++i) {
            world.breakAccess();
            world.post("x", world.resource);
            QTRY_COMPARE(world.endedWith(200), i);
        }
        QCOMPARE(world.seen(u"REFRESH"_s, u"R1] -> 200"_s), 2);
        QCOMPARE(world.session->tokens().refreshToken, before.refreshToken);
    }

    // Race 39: a lifetime in another unit and under another name.
    void lifetimesInMilliseconds()
    {
        DialectWorld world(u"oauth2"_s, [](BackendProfile &profile) {
            profile.answer.expiresIn = u"/expires_in_ms"_s;
            profile.answer.expiresInUnit = 1ms;
        });
        world.backend.on(world.refresh)
            .always({200, {}, R"({"access_token":"a2","expires_in_ms":60000})"});
        auto resource = world.backend.on(world.resource);
        (void)resource.always({200, {}, "mine"});
        authcore::TokenSet tokens;
        tokens.refreshToken = "r1";
        world.session->setTokens(tokens);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        const auto fresh = world.session->tokens();
        QCOMPARE(*fresh.expiresAt - *fresh.receivedAt, 60s);
        QCOMPARE(fresh.refreshToken, "r1"); // the old one may stay valid until the new one is used
        world.clock.advance(51s);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 1);
        world.clock.advance(10s);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 3);
        QCOMPARE(world.seen(u"REFRESH"_s, {}), 2);
    }

    // RFC 6749 and 6750: the refresh authenticates the client, and a 401 says what is wrong.
    void oauth2SaysWhoAsks()
    {
        DialectWorld world(u"oauth2"_s, [](BackendProfile &profile) {
            profile.clientAuthentication = authcore::ClientAuthentication::Basic;
        });
        auto refresh = world.backend.on(world.refresh);
        (void)refresh.replies(200, R"({"access_token":"a2","refresh_token":"r2"})")
            .always({400, {}, R"({"error":"invalid_grant"})"});
        auto resource = world.backend.on(world.resource);
        const demobackend::ScriptedReply challenge {
            401, {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}, {}};
        (void)resource.replies(challenge).replies(200, "mine").replies(challenge);
        authcore::TokenSet tokens;
        tokens.accessToken = "a1";
        tokens.refreshToken = "r1";
        tokens.clientSecret = "secret";
        world.session->setTokens(tokens);
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(refresh.arrivedHeader(0, "authorization"),
            QByteArray("Basic " + QByteArray("tokenflight:secret").toBase64()));
        QVERIFY(refresh.arrivedBody(0).contains("refresh_token=r1"));
        QCOMPARE(resource.arrivedHeader(1, "authorization"), QByteArray("Bearer a2"));
        QCOMPARE(world.session->tokens().clientSecret, "secret");
        world.get(world.resource);
        QTRY_COMPARE(world.endedWith(401), 1);
        QVERIFY(refresh.arrivedBody(1).contains("refresh_token=r2"));
        QCOMPARE(world.ended.size(), 1);
        QCOMPARE(world.required.size(), 1);
    }
};

QTEST_GUILESS_MAIN(Dialects)
#include "tst_dialects.moc"
