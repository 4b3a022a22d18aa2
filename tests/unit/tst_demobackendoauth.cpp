#include "oauthbrowser.h"

#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

constexpr auto invalidToken = R"(Bearer error="invalid_token")";

QByteArray basic(const QByteArray &credentials)
{
    return "Authorization: Basic " + credentials.toBase64() + "\r\n";
}

} // namespace

//! The token endpoint of `oauth2`, and what its tokens can be used for.
class TestDemoBackendOAuth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void codeIsExchangedForTokens();
    void codeIsRefused_data();
    void codeIsRefused();
    void codeExpires();
    void usedCodeRevokesWhatItGranted();
    void clientsAuthenticate_data();
    void clientsAuthenticate();
    void badTokenRequests_data();
    void badTokenRequests();
    void refreshTokenIsForOfflineAccess_data();
    void refreshTokenIsForOfflineAccess();
    void passwordGrant_data();
    void passwordGrant();

    void refreshRotates();
    void refreshIsRefused_data();
    void refreshIsRefused();
    void grantsOfOneUserLiveSideBySide();
    void grantsKeepTheirOwnAccessToken();
    void grantSurvivesARestart();
    void revocation_data();
    void revocation();
    void badRevocations_data();
    void badRevocations();

    void resourceNeedsItsScope();
    void resourceChallenges_data();
    void resourceChallenges();

private:
    [[nodiscard]] OAuthBrowser browser() const { return OAuthBrowser(*m_backend); }

    std::unique_ptr<DemoBackend> m_backend;
    // Without the scope `openid` the backend makes no key.
    inline static const Fields offline {{"scope", "resources offline_access"}};
};

void TestDemoBackendOAuth::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendOAuth::codeIsExchangedForTokens()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.accessLifetime = 77s; });
    auto client = browser();
    const auto answer = client.signIn();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("cache-control"), "no-store");
    QCOMPARE(answer.headers.value("pragma"), "no-cache");
    QCOMPARE(answer.text("token_type"), u"Bearer"_s);
    QCOMPARE(answer.json()["expires_in"_L1].toInt(), 77);
    QCOMPARE(answer.text("scope").toLatin1(), OAuthBrowser::request().value("scope"));
    const auto claims = claimsIn(answer.text("access_token"));
    QCOMPARE(claims["dialect"_L1].toString(), u"oauth2"_s);
    QCOMPARE(claims["client_id"_L1].toString(), u"tokenflight"_s);
    QCOMPARE(client.me(answer.text("access_token")).body, "protected resources, username: anna");
    QCOMPARE(client.refresh(answer.text("refresh_token")).status, 200);
    QCOMPARE(m_backend->counters().signIns, 1);
}

void TestDemoBackendOAuth::codeIsRefused_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("error");
    const Fields confidential {
        {"client_id", "tokenflight-confidential"}, {"client_secret", "demo-secret"}};
    const auto invalid = u"invalid_grant"_s;
    const auto malformed = u"invalid_request"_s;
    // clang-format off
    QTest::newRow("unknown code")         << Fields {{"code", "forged"}} << invalid;
    QTest::newRow("another client")       << confidential << invalid;
    QTest::newRow("another redirect URI") << Fields {{"redirect_uri", "http://127.0.0.1:5001/callback"}} << invalid;
    QTest::newRow("another verifier")     << Fields {{"code_verifier", QByteArray(43, 'a')}} << invalid;
    QTest::newRow("short verifier")       << Fields {{"code_verifier", "a"}} << invalid;
    QTest::newRow("no verifier")          << Fields {{"code_verifier", ""}} << malformed;
    QTest::newRow("no redirect URI")      << Fields {{"redirect_uri", ""}} << malformed;
    QTest::newRow("no code")              << Fields {{"code", ""}} << malformed;
    // clang-format on
}

void TestDemoBackendOAuth::codeIsRefused()
{
    QFETCH(Fields, changes);
    auto client = browser();
    const auto code = client.code(offline);
    const auto answer = client.exchange(code, changes);
    QCOMPARE(answer.status, 400);
    QTEST(answer.text("error"), "error");
    QVERIFY(!answer.text("error_description").isEmpty());
    QVERIFY(!answer.body.contains(code));
    QCOMPARE(client.exchange(code).status, 200); // the code is still good
}

void TestDemoBackendOAuth::codeExpires()
{
    auto client = browser();
    const auto code = client.code(offline);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.clockOffset = 60s; });
    QCOMPARE(client.exchange(code).text("error"), u"invalid_grant"_s);
}

void TestDemoBackendOAuth::usedCodeRevokesWhatItGranted()
{
    auto client = browser();
    const auto code = client.code(offline);
    const auto granted = client.exchange(code);
    const auto refreshed = client.refresh(granted.text("refresh_token"));
    const auto another = client.signIn(offline);
    QCOMPARE(client.exchange(code).text("error"), u"invalid_grant"_s);
    for (const auto &answer : {granted, refreshed})
        QCOMPARE(client.me(answer.text("access_token")).status, 401);
    QCOMPARE(client.refresh(refreshed.text("refresh_token")).text("error"), u"invalid_grant"_s);
    QCOMPARE(client.me(another.text("access_token")).status, 200);
    QCOMPARE(client.refresh(another.text("refresh_token")).status, 200);
}

void TestDemoBackendOAuth::clientsAuthenticate_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QString>("error"); // empty: granted
    const QByteArray id = "tokenflight-confidential";
    const auto invalid = u"invalid_client"_s;
    // clang-format off
    QTest::newRow("by its form")      << Fields {{"client_secret", "demo-secret"}} << QByteArray() << QString();
    QTest::newRow("by Basic")         << Fields {{"client_id", ""}} << basic(id + ":demo-secret") << QString();
    QTest::newRow("Basic, encoded")   << Fields {{"client_id", ""}} << basic("tokenflight%2dconfidential:demo%2dsecret") << QString();
    QTest::newRow("not at all")       << Fields() << QByteArray() << invalid;
    QTest::newRow("wrong secret")     << Fields {{"client_secret", "x"}} << QByteArray() << invalid;
    QTest::newRow("wrong by Basic")   << Fields {{"client_id", ""}} << basic(id + ":x") << invalid;
    QTest::newRow("both ways")        << Fields {{"client_secret", "demo-secret"}} << basic(id + ":demo-secret") << u"invalid_request"_s;
    QTest::newRow("unknown")          << Fields {{"client_id", "x"}} << QByteArray() << invalid;
    QTest::newRow("nobody")           << Fields {{"client_id", ""}} << QByteArray() << invalid;
    QTest::newRow("public, a secret") << Fields {{"client_id", "tokenflight"}, {"client_secret", "x"}} << QByteArray() << invalid;
    // clang-format on
}

void TestDemoBackendOAuth::clientsAuthenticate()
{
    QFETCH(Fields, changes);
    QFETCH(QByteArray, headers);
    QFETCH(QString, error);
    auto client = browser();
    const QByteArray id = "tokenflight-confidential";
    const auto code = client.code(changed(offline, {{"client_id", id}}));
    const auto fields = changed(
        {{"grant_type", "authorization_code"}, {"client_id", id}, {"code", code},
            {"redirect_uri", OAuthBrowser::callback}, {"code_verifier", OAuthBrowser::verifier}},
        changes);
    const auto answer = client.token(fields, headers);
    QCOMPARE(answer.text("error"), error);
    const bool isClients = error == "invalid_client"_L1;
    QCOMPARE(answer.status, error.isEmpty() ? 200 : (isClients ? 401 : 400));
    QCOMPARE(answer.headers.value("www-authenticate").startsWith("Basic realm="), isClients);
}

void TestDemoBackendOAuth::badTokenRequests_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("error");
    const QByteArray form = "application/x-www-form-urlencoded";
    const auto malformed = u"invalid_request"_s;
    // clang-format off
    QTest::newRow("empty")               << form << ""_ba << u"invalid_client"_s;
    QTest::newRow("no grant type")       << form << "client_id=tokenflight"_ba << malformed;
    QTest::newRow("unknown grant type")  << form << "client_id=tokenflight&grant_type=implicit"_ba << u"unsupported_grant_type"_s;
    QTest::newRow("twice")               << form << "client_id=tokenflight&grant_type=password&grant_type=password"_ba << malformed;
    QTest::newRow("not a form")          << "application/json"_ba << R"({"client_id":"tokenflight"})"_ba << malformed;
    QTest::newRow("no refresh token")    << form << "client_id=tokenflight&grant_type=refresh_token"_ba << malformed;
    QTest::newRow("refresh, twice")      << form << "client_id=tokenflight&grant_type=refresh_token&refresh_token=a&refresh_token=b"_ba << malformed;
    QTest::newRow("refresh, no client")  << form << "grant_type=refresh_token&refresh_token=a"_ba << u"invalid_client"_s;
    QTest::newRow("refresh, unknown")    << form << "client_id=tokenflight&grant_type=refresh_token&refresh_token=a"_ba << u"invalid_grant"_s;
    // clang-format on
}

void TestDemoBackendOAuth::badTokenRequests()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QString, error);
    const auto answer =
        browser().wire().ask("POST", "/oauth2/token", body, "Content-Type: " + type + "\r\n");
    QCOMPARE(answer.text("error"), error);
    QCOMPARE(answer.status, error == "invalid_client"_L1 ? 401 : 400);
    QVERIFY(!answer.text("error_description").isEmpty());
}

void TestDemoBackendOAuth::refreshTokenIsForOfflineAccess_data()
{
    QTest::addColumn<Fields>("asked");
    QTest::addColumn<bool>("knob");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<bool>("issued");
    const QByteArray both = "resources offline_access";
    // OpenID Connect Core 1.0 section 11
    // clang-format off
    QTest::newRow("with consent")      << Fields {{"scope", both}} << false << u"resources offline_access"_s << true;
    QTest::newRow("without a prompt")  << Fields {{"scope", both}, {"prompt", ""}} << false << u"resources"_s << false;
    QTest::newRow("with a login only") << Fields {{"scope", both}, {"prompt", "login"}} << false << u"resources"_s << false;
    QTest::newRow("with both")         << Fields {{"scope", both}, {"prompt", "login consent"}} << false << u"resources offline_access"_s << true;
    QTest::newRow("not asked for")     << Fields {{"scope", "resources"}} << false << u"resources"_s << false;
    QTest::newRow("always")            << Fields {{"scope", ""}, {"prompt", ""}} << true << u"resources"_s << true;
    // clang-format on
}

void TestDemoBackendOAuth::refreshTokenIsForOfflineAccess()
{
    QFETCH(Fields, asked);
    QFETCH(bool, knob);
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.alwaysRefreshToken = knob; });
    const auto answer = browser().signIn(asked);
    QTEST(answer.text("scope"), "scope");
    QTEST(!answer.text("refresh_token").isEmpty(), "issued");
}

void TestDemoBackendOAuth::passwordGrant_data()
{
    QTest::addColumn<bool>("knob");
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("error");
    // clang-format off
    QTest::newRow("not without the knob") << false << Fields() << u"unauthorized_client"_s;
    QTest::newRow("with it")              << true << Fields() << QString();
    QTest::newRow("wrong password")       << true << Fields {{"password", "x"}} << u"invalid_grant"_s;
    QTest::newRow("nobody")               << true << Fields {{"username", "nobody"}} << u"invalid_grant"_s;
    QTest::newRow("no password")          << true << Fields {{"password", ""}} << u"invalid_request"_s;
    QTest::newRow("unknown scope")        << true << Fields {{"scope", "admin"}} << u"invalid_scope"_s;
    // clang-format on
}

void TestDemoBackendOAuth::passwordGrant()
{
    QFETCH(bool, knob);
    QFETCH(Fields, changes);
    QFETCH(QString, error);
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.allowPasswordGrant = knob; });
    auto client = browser();
    const Fields fields {{"grant_type", "password"}, {"client_id", "tokenflight"},
        {"username", "boris"}, {"password", "boris-demo-1"}};
    const auto answer = client.token(changed(fields, changes));
    QCOMPARE(answer.text("error"), error);
    QCOMPARE(client.me(answer.text("access_token")).status, error.isEmpty() ? 200 : 401);
    const auto types = client.get("/.well-known/openid-configuration")
                           .json()["grant_types_supported"_L1]
                           .toArray();
    QCOMPARE(types.contains(u"password"_s), knob);
}

void TestDemoBackendOAuth::refreshRotates()
{
    auto client = browser();
    const auto first = client.signIn();
    const auto second = client.refresh(first.text("refresh_token"), {{"scope", "openid"}});
    QCOMPARE(second.status, 200);
    QVERIFY(second.text("refresh_token") != first.text("refresh_token"));
    QCOMPARE(second.text("scope"), first.text("scope"));
    QCOMPARE(client.me(second.text("access_token")).status, 200);
    // OpenID Connect Core 1.0 section 12.2
    const auto before = claimsIn(first.text("id_token"));
    const auto after = claimsIn(second.text("id_token"));
    for (const auto name : {"iss"_L1, "sub"_L1, "aud"_L1, "auth_time"_L1})
        QCOMPARE(after[name], before[name]);
    QVERIFY(!after.contains("nonce"_L1));
    // RFC 9700 section 4.14.2
    QCOMPARE(client.refresh(first.text("refresh_token")).text("error"), u"invalid_grant"_s);
    QCOMPARE(client.refresh(second.text("refresh_token")).text("error"), u"invalid_grant"_s);
    const Counters expected {
        .signIns = 1, .refreshes = 3, .rotations = 1, .reuses = 1, .challenges = 0, .served = 1};
    QCOMPARE(m_backend->counters(), expected);
}

void TestDemoBackendOAuth::refreshIsRefused_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QString>("error");
    // clang-format off
    QTest::newRow("unknown")         << Fields {{"refresh_token", "a+b/c=%20"}} << u"invalid_grant"_s;
    QTest::newRow("another client")  << Fields {{"client_id", "tokenflight-confidential"}, {"client_secret", "demo-secret"}} << u"invalid_grant"_s;
    QTest::newRow("unknown client")  << Fields {{"client_id", "x"}} << u"invalid_client"_s;
    QTest::newRow("more than before") << Fields {{"scope", "resources email"}} << u"invalid_scope"_s;
    QTest::newRow("unknown scope")   << Fields {{"scope", "admin"}} << u"invalid_scope"_s;
    // clang-format on
}

void TestDemoBackendOAuth::refreshIsRefused()
{
    QFETCH(Fields, changes);
    auto client = browser();
    const auto token = client.signIn(offline).text("refresh_token");
    // Only a request with an unknown token uses up the queued answer.
    m_backend->answerRefreshes(RefreshAnswer::ServerError);
    const auto answer = client.refresh(token, changes);
    if (changes.contains("refresh_token"))
        QCOMPARE(answer.status, 500);
    else
        QTEST(answer.text("error"), "error");
    m_backend->answerRefreshes(RefreshAnswer::Ok);
    QTEST(client.refresh(token, changes).text("error"), "error");
    QCOMPARE(client.refresh(token).status, 200);
    QCOMPARE(m_backend->counters().reuses, 0);
}

void TestDemoBackendOAuth::grantsOfOneUserLiveSideBySide()
{
    auto client = browser();
    const auto first = client.signIn(offline);
    const auto second = client.signIn(offline);
    QCOMPARE(client.refresh(first.text("refresh_token")).status, 200);
    QCOMPARE(client.refresh(first.text("refresh_token")).status, 400);
    QCOMPARE(client.refresh(second.text("refresh_token")).status, 200);
}

void TestDemoBackendOAuth::grantsKeepTheirOwnAccessToken()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.sameAccessToken = true; });
    auto client = browser();
    const auto first = client.signIn(offline);
    const auto second = client.signIn({{"scope", "email offline_access"}});
    for (const auto &granted : {first, second})
        QCOMPARE(client.refresh(granted.text("refresh_token")).text("access_token"),
            granted.text("access_token"));
}

void TestDemoBackendOAuth::grantSurvivesARestart()
{
    const QTemporaryDir folder;
    const DemoBackend::Options options {.stateFile = folder.filePath(u"state.json"_s)};
    m_backend = std::make_unique<DemoBackend>(options);
    QCOMPARE(m_backend->start(), QString());
    const auto granted = browser().signIn();
    m_backend.reset();
    m_backend = std::make_unique<DemoBackend>(options);
    QCOMPARE(m_backend->start(), QString());
    auto client = browser();
    QCOMPARE(client.me(granted.text("access_token")).status, 200);
    const Fields another {
        {"client_id", "tokenflight-confidential"}, {"client_secret", "demo-secret"}};
    QCOMPARE(client.refresh(granted.text("refresh_token"), another).status, 400);
    const auto refreshed = client.refresh(granted.text("refresh_token"));
    QCOMPARE(refreshed.text("scope"), granted.text("scope"));
    QCOMPARE(claimsIn(refreshed.text("id_token"))["auth_time"_L1],
        claimsIn(granted.text("id_token"))["auth_time"_L1]);
}

void TestDemoBackendOAuth::revocation_data()
{
    QTest::addColumn<QString>("which");
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("refresh");
    QTest::addColumn<int>("resource");
    // RFC 7009 section 2.1
    // clang-format off
    QTest::newRow("refresh token: the grant") << u"refresh_token"_s << u"POST /oauth2/revoke [R1] -> 200"_s << 400 << 401;
    QTest::newRow("access token: itself")     << u"access_token"_s << u"POST /oauth2/revoke [A1] -> 200"_s << 200 << 401;
    QTest::newRow("unknown: nothing")         << u"unknown"_s << u"POST /oauth2/revoke [R?] -> 200"_s << 200 << 200;
    // clang-format on
}

void TestDemoBackendOAuth::revocation()
{
    QFETCH(QString, which);
    auto client = browser();
    const auto granted = client.signIn(offline);
    const auto another = client.signIn(offline);
    const auto token = granted.text(which.toLatin1().constData());
    const auto answer = client.post("/oauth2/revoke",
        {{"client_id", "tokenflight"}, {"token", token.isEmpty() ? "x" : token.toLatin1()},
            {"token_type_hint", "access_token"}});
    QCOMPARE(answer.status, 200);
    QTEST(m_backend->transcript().last(), "line");
    QTEST(client.refresh(granted.text("refresh_token")).status, "refresh");
    QTEST(client.me(granted.text("access_token")).status, "resource");
    QCOMPARE(client.me(another.text("access_token")).status, 200);
    QCOMPARE(client.refresh(another.text("refresh_token")).status, 200);
}

void TestDemoBackendOAuth::badRevocations_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QByteArray>("which");
    QTest::addColumn<QString>("error");
    const Fields another {
        {"client_id", "tokenflight-confidential"}, {"client_secret", "demo-secret"}};
    // clang-format off
    QTest::newRow("no token")                   << Fields() << QByteArray() << u"invalid_request"_s;
    QTest::newRow("no client")                  << Fields {{"client_id", ""}} << QByteArray("refresh_token") << u"invalid_client"_s;
    QTest::newRow("another's refresh token")    << another << QByteArray("refresh_token") << u"invalid_grant"_s;
    QTest::newRow("another's access token")     << another << QByteArray("access_token") << u"invalid_grant"_s;
    // clang-format on
}

void TestDemoBackendOAuth::badRevocations()
{
    QFETCH(Fields, changes);
    QFETCH(QByteArray, which);
    auto client = browser();
    const auto granted = client.signIn(offline);
    const Fields fields {
        {"client_id", "tokenflight"}, {"token", granted.text(which.constData()).toLatin1()}};
    QTEST(client.post("/oauth2/revoke", changed(changed({}, fields), changes)).text("error"),
        "error");
    QCOMPARE(client.me(granted.text("access_token")).status, 200);
    QCOMPARE(client.refresh(granted.text("refresh_token")).status, 200);
}

void TestDemoBackendOAuth::resourceNeedsItsScope()
{
    auto client = browser();
    const auto token = client.signIn({{"scope", "email"}}).text("access_token");
    const auto answer = client.me(token);
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.headers.value("www-authenticate"),
        R"(Bearer error="insufficient_scope", scope="resources")");
}

void TestDemoBackendOAuth::resourceChallenges_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("challenge");
    // RFC 6750 section 3
    QTest::newRow("none is told no error") << QByteArray() << QByteArray("Bearer");
    QTest::newRow("nonsense") << QByteArray("Authorization: Bearer x\r\n")
                              << QByteArray(invalidToken);
}

void TestDemoBackendOAuth::resourceChallenges()
{
    QFETCH(QByteArray, headers);
    for (const auto *const path : {"/api/me", "/oauth2/userinfo"}) {
        const auto answer = browser().wire().ask("GET", path, {}, headers);
        QCOMPARE(answer.status, 401);
        QTEST(answer.headers.value("www-authenticate"), "challenge");
    }
}

QTEST_GUILESS_MAIN(TestDemoBackendOAuth)
#include "tst_demobackendoauth.moc"
