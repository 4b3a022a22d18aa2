#include "dialectclient.h"

#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

QByteArray part(const QByteArray &name, const QByteArray &value)
{
    return "--b.1\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value
        + "\r\n";
}

} // namespace

//! The dialects whose tokens are in cookies only: `cookie-form` and `cookie-csrf`.
class TestDemoBackendCookies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void cookiesOfTheForm();
    void formIsAnswered();
    void refreshNeedsTheForm_data();
    void refreshNeedsTheForm();
    void refreshNeedsTheCookie();
    void tokensCountInCookiesAlone_data();
    void tokensCountInCookiesAlone();
    void cookiesAreFoundAmongOthers_data();
    void cookiesAreFoundAmongOthers();

    void cookiesOfThePair();
    void csrfAnswers();
    void csrfValueIsNeeded_data();
    void csrfValueIsNeeded();
    void csrfValueIsThatOfTheToken();
    void csrfValuesChangeWithARefresh();
    void refreshNeedsItsCsrfValue_data();
    void refreshNeedsItsCsrfValue();
    void refreshWithoutRotationLeavesThePair();
    void refusedCsrfValueUsesNothingUp();

private:
    [[nodiscard]] DialectClient form() const { return {*m_backend, speechOf("cookie-form")}; }
    [[nodiscard]] DialectClient csrf() const { return {*m_backend, speechOf("cookie-csrf")}; }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendCookies::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendCookies::cookiesOfTheForm()
{
    changeKnobs(*m_backend, [](Knobs &knobs) {
        knobs.accessLifetime = 77s;
        knobs.refreshLifetime = 99s;
    });
    auto user = form();
    for (const auto &answer : {user.signIn(), user.refresh()}) {
        QCOMPARE(answer.cookies.keys(), QByteArrayList({"access_token", "refresh_token"}));
        QCOMPARE(answer.cookies["access_token"],
            answer.cookie("access_token") + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=77");
        QCOMPARE(answer.cookies["refresh_token"],
            answer.cookie("refresh_token")
                + "; Path=/api/v1/token; HttpOnly; SameSite=Lax; Max-Age=99");
    }
}

void TestDemoBackendCookies::formIsAnswered()
{
    auto user = form();
    QCOMPARE(user.signIn("boris").body, R"({"username":"boris"})");
    QCOMPARE(user.refresh().body, "{}");
}

void TestDemoBackendCookies::refreshNeedsTheForm_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *what, const QByteArray &type, const QByteArray &body,
                         bool isGood = false) {
        QTest::newRow(what) << (type.isEmpty() ? type : "Content-Type: " + type + "\r\n") << body
                            << (isGood ? 200 : 400);
    };
    const QByteArray multipart = "multipart/form-data; boundary=b.1";
    const auto good = part("grant_type", "refresh_token");
    const QByteArray end = "--b.1--\r\n";
    // clang-format off
    row("as it should be", multipart, good + end, true);
    row("quoted boundary", "multipart/form-data; boundary=\"b.1\"", good + end, true);
    row("without the last line break", multipart, good + "--b.1--", true);
    row("a field beside it", multipart, part("scope", "a\r\n--b.2") + good + end, true);
    row("part with a type", multipart, "--b.1\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nrefresh_token\r\n" + end, true);
    row("another grant", multipart, part("grant_type", "password") + end);
    row("another field", multipart, part("granttype", "refresh_token") + end);
    row("empty value", multipart, part("grant_type", "") + end);
    row("no field", multipart, end);
    row("no body", multipart, {});
    row("another boundary", "multipart/form-data; boundary=b.2", good + end);
    row("no boundary", "multipart/form-data", good + end);
    row("no type", {}, good + end);
    row("cut short", multipart, good);
    row("urlencoded", "application/x-www-form-urlencoded", "grant_type=refresh_token");
    row("JSON", "application/json", R"({"grant_type":"refresh_token"})");
    // clang-format on
}

void TestDemoBackendCookies::refreshNeedsTheForm()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    auto user = form();
    user.signIn();
    const QByteArray cookie = "Cookie: refresh_token=" + user.held.refresh + "\r\n";
    m_backend->answerRefreshes(RefreshAnswer::Ok);
    const auto answer = user.wire().ask("POST", "/api/v1/token", body, type + cookie);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.text("error"), status == 200 ? QString() : u"unsupported_grant_type"_s);
    QCOMPARE(answer.cookies.isEmpty(), status != 200);
    QCOMPARE(m_backend->counters().rotations, status == 200 ? 1 : 0);
    // The backend parses the body without changing it.
    QCOMPARE(m_backend->on(u"/api/v1/token"_s).arrivedBody(0), body);
}

void TestDemoBackendCookies::refreshNeedsTheCookie()
{
    auto user = form();
    user.signIn();
    m_backend->answerRefreshes(RefreshAnswer::ServerError);
    const auto answer =
        user.wire().ask("POST", "/api/v1/token", DialectClient::form, DialectClient::formType);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.text("error"), u"invalid_grant"_s);
    QCOMPARE(m_backend->nextRefreshAnswer(), RefreshAnswer::ServerError);
    QCOMPARE(m_backend->transcript().last(), u"POST /api/v1/token -> 400"_s);
}

void TestDemoBackendCookies::tokensCountInCookiesAlone_data()
{
    QTest::addColumn<QByteArray>("dialect");
    for (const auto *const dialect : {"cookie-form", "cookie-csrf"})
        QTest::newRow(dialect) << QByteArray(dialect);
}

void TestDemoBackendCookies::tokensCountInCookiesAlone()
{
    QFETCH(QByteArray, dialect);
    const auto speech = speechOf(dialect);
    DialectClient user(*m_backend, speech);
    user.signIn();
    const QByteArray bearer = "Authorization: Bearer " + user.held.access + "\r\n";
    QCOMPARE(user.wire().ask("GET", speech.resourcePath, {}, bearer).status, 401);
    const QByteArray misnamed = "Cookie: x" + speech.accessField + '=' + user.held.access + "\r\n";
    QCOMPARE(user.wire().ask("GET", speech.resourcePath, {}, misnamed).status, 401);
    QCOMPARE(user.ask().status, 200);
}

void TestDemoBackendCookies::cookiesAreFoundAmongOthers_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("status");
    // clang-format off
    QTest::newRow("alone")                << QByteArray("Cookie: access_token=A\r\n") << 200;
    QTest::newRow("last")                 << QByteArray("cookie: a=b=c; ; d; access_token=A\r\n") << 200;
    QTest::newRow("first")                << QByteArray("Cookie: access_token=A; access_token=x\r\n") << 200;
    QTest::newRow("first counts")         << QByteArray("Cookie: access_token=x; access_token=A\r\n") << 401;
    QTest::newRow("in the second header") << QByteArray("Cookie: a=b\r\nCookie: access_token=A\r\n") << 200;
    QTest::newRow("without spaces")       << QByteArray("Cookie: a=b;access_token=A;c=d\r\n") << 200;
    QTest::newRow("empty")                << QByteArray("Cookie: access_token=\r\n") << 401;
    QTest::newRow("names have a case")    << QByteArray("Cookie: Access_Token=A\r\n") << 401;
    // clang-format on
}

void TestDemoBackendCookies::cookiesAreFoundAmongOthers()
{
    QFETCH(QByteArray, headers);
    auto user = form();
    user.signIn();
    headers.replace("=A", QByteArray("=" + user.held.access));
    QTEST(user.wire().ask("GET", "/api/v1/resources", {}, headers).status, "status");
}

void TestDemoBackendCookies::cookiesOfThePair()
{
    auto user = csrf();
    for (const auto &answer : {user.signIn(), user.refresh()}) {
        const auto attributes = [&answer](const QByteArray &name) {
            return answer.cookies[name].mid(answer.cookie(name).size());
        };
        QCOMPARE(answer.cookies.size(), 4);
        QCOMPARE(attributes("access_token_cookie"), "; Path=/; HttpOnly; SameSite=Lax");
        QCOMPARE(
            attributes("refresh_token_cookie"), "; Path=/token/refresh; HttpOnly; SameSite=Lax");
        QCOMPARE(attributes("csrf_access_token"), "; Path=/; SameSite=Lax");
        QCOMPARE(attributes("csrf_refresh_token"), "; Path=/; SameSite=Lax");
    }
}

void TestDemoBackendCookies::csrfAnswers()
{
    auto user = csrf();
    QCOMPARE(user.signIn().body, R"({"login":true})");
    QCOMPARE(user.refresh().body, R"({"refresh":true})");
}

void TestDemoBackendCookies::csrfValueIsNeeded_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("problem");
    for (const QByteArray method : {"GET", "HEAD", "OPTIONS"})
        QTest::addRow("%s needs none", method.constData())
            << method << QByteArray() << QByteArray();
    for (const QByteArray method : {"POST", "PUT", "PATCH", "DELETE"}) {
        const auto row = [&method](
                             const char *what, const QByteArray &value, const QByteArray &problem) {
            const auto header = value.isEmpty() ? value : DialectClient::csrfHeader(value);
            QTest::addRow("%s with %s", method.constData(), what) << method << header << problem;
        };
        row("the value", "ACCESS", {});
        row("none", {}, "Missing CSRF token");
        row("another", "guessed", "Wrong CSRF token");
        row("that of the refresh", "REFRESH", "Wrong CSRF token");
    }
}

void TestDemoBackendCookies::csrfValueIsNeeded()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, problem);
    auto user = csrf();
    user.signIn();
    headers.replace("ACCESS", user.held.csrfAccess).replace("REFRESH", user.held.csrfRefresh);
    const auto answer = user.wire().ask(method, "/protected", {}, user.accessHeader() + headers);
    QCOMPARE(answer.status, problem.isEmpty() ? 200 : 401);
    QCOMPARE(answer.text("msg").toLatin1(), problem);
    // The answer does not say invalid_token, since a refresh would not help.
    QCOMPARE(answer.headers.value("www-authenticate"),
        problem.isEmpty()
            ? problem
            : R"(Bearer error="invalid_request", error_description=")" + problem + '"');
    QCOMPARE(m_backend->transcript().last(),
        QString::fromLatin1(method + " /protected [A1] -> " + QByteArray::number(answer.status)));
}

void TestDemoBackendCookies::csrfValueIsThatOfTheToken()
{
    auto anna = csrf();
    auto boris = csrf();
    anna.signIn();
    boris.signIn("boris");
    std::swap(anna.held.csrfAccess, boris.held.csrfAccess);
    QCOMPARE(anna.ask("POST").status, 401);
    QCOMPARE(boris.ask("POST").status, 401);
    anna.held.csrfAccess = boris.held.csrfAccess;
    QCOMPARE(anna.ask("POST").status, 200);
}

void TestDemoBackendCookies::csrfValuesChangeWithARefresh()
{
    auto user = csrf();
    user.signIn();
    const auto first = user.held;
    QCOMPARE(user.refresh().status, 200);
    QVERIFY(user.held.csrfAccess != first.csrfAccess);
    QVERIFY(user.held.csrfRefresh != first.csrfRefresh);
    QCOMPARE(user.ask("POST").status, 200);
    user.held.csrfAccess = first.csrfAccess;
    QCOMPARE(user.ask("POST").status, 401);
    // The previous access token is still good, with its own CSRF value.
    user.held = first;
    QCOMPARE(user.ask("POST").status, 200);
}

void TestDemoBackendCookies::refreshNeedsItsCsrfValue_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("problem");
    QTest::newRow("none") << QByteArray() << QByteArray("Missing CSRF token");
    QTest::newRow("guessed") << QByteArray("guessed") << QByteArray("Wrong CSRF token");
    QTest::newRow("that of the access token")
        << QByteArray("ACCESS") << QByteArray("Wrong CSRF token");
}

void TestDemoBackendCookies::refreshNeedsItsCsrfValue()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, problem);
    auto user = csrf();
    user.signIn();
    const auto good = user.held;
    user.held.csrfRefresh = value.replace("ACCESS", user.held.csrfAccess);
    const auto answer = user.refresh();
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.text("msg").toLatin1(), problem);
    QVERIFY(answer.headers.value("www-authenticate").contains("error=\"invalid_request\""));
    QCOMPARE(answer.cookies.size(), 0);
    QCOMPARE(m_backend->counters().rotations, 0);
    user.held = good;
    QCOMPARE(user.refresh().status, 200);
}

void TestDemoBackendCookies::refreshWithoutRotationLeavesThePair()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.rotation = false; });
    auto user = csrf();
    user.signIn();
    for (int i = 0; i < 2; ++i) {
        const auto answer = user.refresh();
        QCOMPARE(answer.status, 200);
        QCOMPARE(
            answer.cookies.keys(), QByteArrayList({"access_token_cookie", "csrf_access_token"}));
    }
    QCOMPARE(user.ask("POST").status, 200);
}

void TestDemoBackendCookies::refusedCsrfValueUsesNothingUp()
{
    auto user = csrf();
    user.signIn();
    const auto good = user.held;
    m_backend->answerResources(ResourceAnswer::ServerError);
    m_backend->answerRefreshes(RefreshAnswer::ServerError);
    user.held.csrfAccess = user.held.csrfRefresh = "guessed";
    QCOMPARE(user.ask("POST").status, 401);
    QCOMPARE(user.refresh().status, 401);
    user.held = good;
    QCOMPARE(user.ask("POST").status, 500);
    QCOMPARE(user.refresh().status, 500);
}

QTEST_GUILESS_MAIN(TestDemoBackendCookies)
#include "tst_demobackendcookies.moc"
