#include "oauthbrowser.h"

#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

//! The authorization endpoint: its pages and its redirects.
class TestDemoBackendAuthorize : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void formIsShown();
    void codeIsSentBack();
    void requestMayBePosted();
    void browserIsNotSentBack_data();
    void browserIsNotSentBack();
    void errorsAreSentBack_data();
    void errorsAreSentBack();
    void wrongPasswordMayBeCorrected();
    void denialIsSentBack();
    void formIsGoodOnce();
    void formExpires();
    void faults_data();
    void faults();
    void transcriptHasNoSecrets();

private:
    [[nodiscard]] OAuthBrowser browser() const { return OAuthBrowser(*m_backend); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendAuthorize::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendAuthorize::formIsShown()
{
    const auto page = browser().authorize({{"login_hint", "bo\"ris"}});
    QCOMPARE(page.status, 200);
    QCOMPARE(page.headers.value("content-type"), "text/html; charset=utf-8");
    QCOMPARE(page.headers.value("cache-control"), "no-store");
    QCOMPARE(page.headers.value("x-frame-options"), "DENY");
    for (const auto *text : {"<b>Tokenflight</b>", "see your e-mail address",
             "stay signed in while you are away", R"(value="bo&quot;ris")", R"(type="password")"})
        QVERIFY2(page.body.contains(text), text);
    QVERIFY(!browser().authorize({{"scope", "openid"}}).body.contains("e-mail"));
}

void TestDemoBackendAuthorize::codeIsSentBack()
{
    auto user = browser();
    const auto answer = user.submit(user.authorize());
    QCOMPARE(answer.status, 303);
    QCOMPARE(answer.headers.value("cache-control"), "no-store");
    auto fields = OAuthBrowser::sentBack(answer);
    QVERIFY(fields.take("code").size() >= 32);
    const Fields expected {
        {"state", "a state/+%"}, {"iss", m_backend->url().toString().toLatin1()}};
    QCOMPARE(fields, expected);
    QCOMPARE(m_backend->counters().signIns, 0); // the sign-in counts when the code is redeemed
}

void TestDemoBackendAuthorize::requestMayBePosted()
{
    auto user = browser();
    const auto page = user.post("/oauth2/authorize", OAuthBrowser::request());
    QVERIFY(OAuthBrowser::sentBack(user.submit(page)).contains("code"));
}

void TestDemoBackendAuthorize::browserIsNotSentBack_data()
{
    QTest::addColumn<QByteArray>("query");
    const auto row = [](const char *name, const Fields &changes, const QByteArray &more = {}) {
        QTest::newRow(name) << QByteArray(
            encoded(changed(OAuthBrowser::request(), changes)) + more);
    };
    row("unknown client", {{"client_id", "stranger"}});
    row("no client", {{"client_id", ""}});
    row("no redirect URI", {{"redirect_uri", ""}});
    row("another host", {{"redirect_uri", "http://example.org/callback"}});
    row("another path", {{"redirect_uri", "http://127.0.0.1:5000/"}});
    row("not http", {{"redirect_uri", "javascript:alert(1)"}});
    row("two redirect URIs", {}, "&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback");
    row("two clients", {}, "&client_id=tokenflight");
    QTest::newRow("nothing at all") << QByteArray();
}

void TestDemoBackendAuthorize::browserIsNotSentBack()
{
    QFETCH(QByteArray, query);
    const auto answer = browser().wire().ask("GET", "/oauth2/authorize?" + query);
    QCOMPARE(answer.status, 400);
    QVERIFY(!answer.headers.contains("location"));
    QVERIFY(answer.body.contains("This sign-in cannot go on"));
    QVERIFY(!answer.body.contains("example.org") && !answer.body.contains("<form"));
}

void TestDemoBackendAuthorize::errorsAreSentBack_data()
{
    QTest::addColumn<Fields>("changes");
    QTest::addColumn<QByteArray>("error");
    const QByteArray invalid = "invalid_request";
    const QByteArray verifier = OAuthBrowser::verifier;
    // clang-format off
    QTest::newRow("no response type")      << Fields {{"response_type", ""}} << invalid;
    QTest::newRow("implicit grant")        << Fields {{"response_type", "token"}} << "unsupported_response_type"_ba;
    QTest::newRow("hybrid flow")           << Fields {{"response_type", "code id_token"}} << "unsupported_response_type"_ba;
    QTest::newRow("fragment")              << Fields {{"response_mode", "fragment"}} << invalid;
    QTest::newRow("no challenge")          << Fields {{"code_challenge", ""}} << invalid;
    QTest::newRow("plain")                 << Fields {{"code_challenge", verifier}, {"code_challenge_method", "plain"}} << invalid;
    QTest::newRow("plain by default")      << Fields {{"code_challenge_method", ""}} << invalid;
    QTest::newRow("malformed challenge")   << Fields {{"code_challenge", "abc"}} << invalid;
    QTest::newRow("unknown scope")         << Fields {{"scope", "openid admin"}} << "invalid_scope"_ba;
    QTest::newRow("unknown prompt")        << Fields {{"prompt", "create"}} << invalid;
    QTest::newRow("no form wanted")        << Fields {{"prompt", "none"}} << "login_required"_ba;
    QTest::newRow("none and something")    << Fields {{"prompt", "none consent"}} << invalid;
    QTest::newRow("request object")        << Fields {{"request", "x"}} << "request_not_supported"_ba;
    QTest::newRow("request by reference")  << Fields {{"request_uri", "https://x"}} << "request_uri_not_supported"_ba;
    QTest::newRow("registration")          << Fields {{"registration", "{}"}} << "registration_not_supported"_ba;
    // clang-format on
}

void TestDemoBackendAuthorize::errorsAreSentBack()
{
    QFETCH(Fields, changes);
    auto fields = OAuthBrowser::sentBack(browser().authorize(changes));
    QVERIFY(!fields.take("error_description").isEmpty());
    QTEST(fields.take("error"), "error");
    const Fields expected {
        {"state", "a state/+%"}, {"iss", m_backend->url().toString().toLatin1()}};
    QCOMPARE(fields, expected);
}

void TestDemoBackendAuthorize::wrongPasswordMayBeCorrected()
{
    auto user = browser();
    const auto again = user.submit(user.authorize(), {{"password", "wrong"}});
    QCOMPARE(again.status, 200);
    QVERIFY(again.body.contains("The user name or the password is wrong."));
    QVERIFY(!again.body.contains("value=\"wrong\""));
    const auto nobody = user.submit(again, {{"username", "nobody"}});
    QVERIFY(nobody.body.contains("The user name or the password is wrong."));
    QVERIFY(OAuthBrowser::sentBack(user.submit(nobody)).contains("code"));
}

void TestDemoBackendAuthorize::denialIsSentBack()
{
    auto user = browser();
    const auto fields = OAuthBrowser::sentBack(
        user.submit(user.authorize(), {{"decision", "deny"}, {"password", ""}}));
    QCOMPARE(fields.value("error"), "access_denied");
    QCOMPARE(fields.value("state"), "a state/+%");
    QVERIFY(!fields.contains("code"));
}

void TestDemoBackendAuthorize::formIsGoodOnce()
{
    auto user = browser();
    const auto page = user.authorize();
    QCOMPARE(user.submit(page).status, 303);
    const auto again = user.submit(page);
    QCOMPARE(again.status, 400);
    QVERIFY(again.body.contains("expired"));
    QCOMPARE(user.submit(page, {{"transaction", "forged"}}).status, 400);
    QCOMPARE(user.wire().ask("POST", "/oauth2/authorize", "{}").status, 400);
}

void TestDemoBackendAuthorize::formExpires()
{
    auto user = browser();
    const auto page = user.authorize();
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.clockOffset = 31min; });
    QCOMPARE(user.submit(page).status, 400);
}

void TestDemoBackendAuthorize::faults_data()
{
    QTest::addColumn<CodeFault>("fault");
    QTest::addColumn<Fields>("expected"); // the parameters beside the code
    const Fields state {{"state", "a state/+%"}};
    const Fields issuer {{"iss", "ISSUER"}};
    const auto with = [](Fields fields, const Fields &more) {
        fields.insert(more);
        return fields;
    };
    const auto both = with(state, issuer);
    // clang-format off
    QTest::newRow("none")           << CodeFault::None << both;
    QTest::newRow("access denied")  << CodeFault::AccessDenied << with(both, {{"error", "access_denied"}});
    QTest::newRow("server error")   << CodeFault::ServerError << with(both, {{"error", "server_error"}});
    QTest::newRow("wrong state")    << CodeFault::WrongState << with(issuer, {{"state", "another-state"}});
    QTest::newRow("missing state")  << CodeFault::MissingState << issuer;
    QTest::newRow("wrong issuer")   << CodeFault::WrongIssuer << with(state, {{"iss", "https://issuer.invalid"}});
    QTest::newRow("missing issuer") << CodeFault::MissingIssuer << state;
    // clang-format on
}

void TestDemoBackendAuthorize::faults()
{
    QFETCH(CodeFault, fault);
    QFETCH(Fields, expected);
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.codeFault = fault; });
    auto user = browser();
    auto fields = OAuthBrowser::sentBack(user.submit(user.authorize()));
    QCOMPARE(fields.take("code").isEmpty(), expected.contains("error"));
    fields.remove("error_description");
    if (expected.value("iss") == "ISSUER")
        expected["iss"] = m_backend->url().toString().toLatin1();
    QCOMPARE(fields, expected);
}

void TestDemoBackendAuthorize::transcriptHasNoSecrets()
{
    auto user = browser();
    const auto page = user.authorize();
    const auto code = OAuthBrowser::sentBack(user.submit(page)).value("code");
    const auto tokens = user.exchange(code);
    QCOMPARE(user.refresh(tokens.text("refresh_token")).status, 200);
    QCOMPARE(user.me(tokens.text("access_token")).status, 200);
    QCOMPARE(m_backend->transcript(),
        QStringList({u"GET /oauth2/authorize -> 200"_s, u"POST /oauth2/authorize -> 303"_s,
            u"POST /oauth2/token -> 200"_s, u"POST /oauth2/token [R1] -> 200"_s,
            u"GET /api/me [A1] -> 200"_s}));
}

QTEST_GUILESS_MAIN(TestDemoBackendAuthorize)
#include "tst_demobackendauthorize.moc"
