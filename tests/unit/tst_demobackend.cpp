#include "demobackendclient.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTimeZone>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

QDateTime dateOf(const WireAnswer &answer)
{
    auto date = QLocale::c().toDateTime(
        QString::fromLatin1(answer.headers.value("date")), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    date.setTimeSpec(Qt::UTC);
    return date;
}

QJsonObject claimsIn(const QString &jwt)
{
    const auto part = jwt.section(u'.', 1, 1).toLatin1();
    return QJsonDocument::fromJson(QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding))
        .object();
}

} // namespace

//! What the backend answers, seen from the wire.
class TestDemoBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void signIn_data();
    void signIn();
    void resourceNeedsAToken_data();
    void resourceNeedsAToken();
    void accessTokenIsAJwt();
    void accessTokenIsUnusableOnceChanged();
    void accessTokenOfAnotherBackendIsUnusable();
    void anyMethodReachesTheResource_data();
    void anyMethodReachesTheResource();
    void bodiesArriveUnchanged_data();
    void bodiesArriveUnchanged();
    void unknownPathIsNotFound();

    void refreshRotates();
    void usedRefreshToken_data();
    void usedRefreshToken();
    void refreshWithoutRotation();
    void refreshTokenExpires();
    void secondSignInEndsTheFirst();
    void usersDoNotDisturbEachOther();
    void badRefreshRequests_data();
    void badRefreshRequests();

    void refreshAnswers_data();
    void refreshAnswers();
    void resourceAnswers_data();
    void resourceAnswers();
    void answersLastForSoManyTimes();
    void namesOfAnswersGoBothWays();

    void clockOffsetMovesDateAndExpiry();
    void accessLifetimeOfZeroIsExpired();
    void latencyComesBeforeTheAnswer();
    void expiresInIsSentOnRequest();
    void sameAccessTokenIsRepeated();
    void challengeHeaderCanBeOmitted();
    void accessTokensCanBeExpired();
    void everythingCanBeRevoked();

    void transcriptNamesTokens();
    void transcriptHasNoSecrets();
    void countersCount();

private:
    [[nodiscard]] WireClient client() const { return WireClient(*m_backend); }
    template <typename Change>
    void changeKnobs(Change change)
    {
        auto knobs = m_backend->knobs();
        change(knobs);
        m_backend->setKnobs(knobs);
    }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackend::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackend::signIn_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    const QByteArray post = "POST";
    // clang-format off
    QTest::newRow("anna may")          << post << QByteArray(R"({"userName":"anna","password":"anna-demo-1"})") << 200;
    QTest::newRow("boris may")         << post << QByteArray(R"({"userName":"boris","password":"boris-demo-1"})") << 200;
    QTest::newRow("wrong password")    << post << QByteArray(R"({"userName":"anna","password":"boris-demo-1"})") << 401;
    QTest::newRow("nobody")            << post << QByteArray(R"({"userName":"carol","password":""})") << 401;
    QTest::newRow("no password")       << post << QByteArray(R"({"userName":"anna"})") << 400;
    QTest::newRow("password is null")  << post << QByteArray(R"({"userName":"anna","password":null})") << 400;
    QTest::newRow("not an object")     << post << QByteArray("[]") << 400;
    QTest::newRow("cut short")         << post << QByteArray(R"({"userName":"anna",)") << 400;
    QTest::newRow("empty")             << post << QByteArray() << 400;
    QTest::newRow("not a POST")        << QByteArray("GET") << QByteArray() << 405;
    // clang-format on
}

void TestDemoBackend::signIn()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    const auto answer = client().ask(method, "/authorization/token", body);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.text("authorizationToken").isEmpty(), status != 200);
    QCOMPARE(answer.text("refreshToken").isEmpty(), status != 200);
    QCOMPARE(answer.text("detail").isEmpty(), status == 200);
    QCOMPARE(m_backend->counters().signIns, status == 200 ? 1 : 0);
}

void TestDemoBackend::resourceNeedsAToken_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("challenge");
    const QByteArray invalid = R"(Bearer error="invalid_token")";
    // RFC 6750 section 3
    QTest::newRow("none is told no error") << QByteArray() << QByteArray("Bearer");
    QTest::newRow("nor is another scheme")
        << QByteArray("Authorization: Basic YTpi\r\n") << QByteArray("Bearer");
    QTest::newRow("nonsense is invalid") << QByteArray("Authorization: Bearer sdf\r\n") << invalid;
    QTest::newRow("an unsigned one is invalid")
        << QByteArray("Authorization: Bearer eyJhbGciOiJub25lIn0.eyJuYW1lIjoiYW5uYSJ9.\r\n")
        << invalid;
}

void TestDemoBackend::resourceNeedsAToken()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, challenge);
    const auto answer = client().ask("GET", "/api/resources", {}, headers);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.headers.value("www-authenticate"), challenge);
}

void TestDemoBackend::accessTokenIsAJwt()
{
    const auto token = client().signIn().text("authorizationToken");
    const auto claims = claimsIn(token);
    QCOMPARE(token.count(u'.'), 2);
    QCOMPARE(claims["sub"_L1].toString(), u"u-anna"_s);
    QCOMPARE(claims["name"_L1].toString(), u"anna"_s);
    QCOMPARE(claims["exp"_L1].toInteger() - claims["iat"_L1].toInteger(), 900);
    QCOMPARE(claims["nbf"_L1], claims["iat"_L1]);
    QCOMPARE(claims["iss"_L1].toString(), m_backend->url().toString() + u'/');
    for (const auto name : {"jti"_L1, "aud"_L1})
        QVERIFY(!claims[name].toString().isEmpty());
    QCOMPARE(client().resources(token).body, "protected resources, username: anna");
}

void TestDemoBackend::accessTokenIsUnusableOnceChanged()
{
    auto token = client().signIn().text("authorizationToken");
    const auto at = token.lastIndexOf(u'.') + 10;
    token[at] = token[at] == u'x' ? u'y' : u'x';
    QCOMPARE(client().resources(token).status, 401);
}

void TestDemoBackend::accessTokenOfAnotherBackendIsUnusable()
{
    DemoBackend another;
    QCOMPARE(another.start(), QString());
    const auto token = WireClient(another).signIn().text("authorizationToken");
    QCOMPARE(client().resources(token).status, 401);
    QCOMPARE(m_backend->transcript(), QStringList(u"GET /api/resources [A?] -> 401"_s));
}

void TestDemoBackend::anyMethodReachesTheResource_data()
{
    QTest::addColumn<QByteArray>("method");
    for (const auto *method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        QTest::newRow(method) << QByteArray(method);
}

void TestDemoBackend::anyMethodReachesTheResource()
{
    QFETCH(QByteArray, method);
    auto connection = client();
    const auto headers = WireClient::bearer(connection.signIn().text("authorizationToken"));
    // Without a length, as DELETE is often sent: RFC 9112 section 6.3 says there is no body.
    connection.sendBytes(method + " /api/resources HTTP/1.1\r\n" + headers + "\r\n");
    QCOMPARE(connection.receive().status, 200);
    QCOMPARE(m_backend->transcript(u"[A1]"_s),
        QStringList {QString::fromLatin1(method) + u" /api/resources [A1] -> 200"_s});
}

void TestDemoBackend::bodiesArriveUnchanged_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    const QByteArray bytes = "a=%20+&b=\0\r\n--x--"_ba;
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("plain") << QByteArray() << bytes;
    QTest::newRow("a form is not taken apart")
        << QByteArray("Content-Type: application/x-www-form-urlencoded\r\n")
        << bytes.repeated(2000);
    QTest::newRow("multipart is not taken apart")
        << QByteArray("Content-Type: multipart/form-data; boundary=x\r\n")
        << QByteArray("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n");
    QTest::newRow("packed is not unpacked")
        << QByteArray("Content-Encoding: gzip\r\n") << QByteArray("not really gzip");
    QTest::newRow("large") << QByteArray() << QByteArray(48 * 1024 * 1024, 'z');
    QTest::newRow("after 100 Continue") << QByteArray("Expect: 100-continue\r\n") << bytes;
}

void TestDemoBackend::bodiesArriveUnchanged()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    auto connection = client();
    headers += WireClient::bearer(connection.signIn().text("authorizationToken"));
    const auto first = connection.ask("POST", "/api/echo", body, headers);
    const auto answer = first.status == 100 ? connection.receive() : first;
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.json()["length"_L1].toInteger(), body.size());
    QCOMPARE(answer.text("sha256").toLatin1(),
        QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex());
    QCOMPARE(connection.ask("GET", "/nowhere").status, 404); // the connection is still in step
}

void TestDemoBackend::unknownPathIsNotFound()
{
    auto connection = client();
    QCOMPARE(connection.ask("GET", "/nowhere?key=value").status, 404);
    QCOMPARE(connection.ask("HEAD", "/api").status, 404);
    QCOMPARE(
        m_backend->transcript(), QStringList({u"GET /nowhere -> 404"_s, u"HEAD /api -> 404"_s}));
}

void TestDemoBackend::refreshRotates()
{
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.refresh(first.text("refreshToken"));
    QCOMPARE(second.status, 200);
    QCOMPARE(second.text("userId"), u"u-anna"_s);
    QVERIFY(second.text("authorizationToken") != first.text("authorizationToken"));
    QVERIFY(second.text("refreshToken") != first.text("refreshToken"));
    QVERIFY(!second.json().contains("expires_in"_L1));
    QCOMPARE(connection.refresh(second.text("refreshToken")).status, 200);
}

void TestDemoBackend::usedRefreshToken_data()
{
    QTest::addColumn<bool>("detection");
    QTest::addColumn<int>("grace");
    QTest::addColumn<int>("after");
    QTest::addColumn<int>("again");
    QTest::addColumn<int>("successor");
    QTest::newRow("shown again ends the family") << true << 0 << 0 << 401 << 401;
    QTest::newRow("later, too") << true << 0 << 60 << 401 << 401;
    QTest::newRow("without detection only itself is refused") << false << 0 << 60 << 401 << 200;
    QTest::newRow("within the grace time it is still good") << true << 30 << 10 << 200 << 200;
    QTest::newRow("after the grace time it ends the family") << true << 30 << 60 << 401 << 401;
}

void TestDemoBackend::usedRefreshToken()
{
    QFETCH(bool, detection);
    QFETCH(int, grace);
    QFETCH(int, after);
    changeKnobs([&](Knobs &knobs) {
        knobs.reuseDetection = detection;
        knobs.reuseGrace = std::chrono::seconds(grace);
    });
    auto connection = client();
    const auto used = connection.signIn().text("refreshToken");
    const auto successor = connection.refresh(used).text("refreshToken");
    changeKnobs([&](Knobs &knobs) { knobs.clockOffset = std::chrono::seconds(after); });
    QTEST(connection.refresh(used).status, "again");
    QTEST(connection.refresh(successor).status, "successor");
    QCOMPARE(m_backend->counters().reuses, m_backend->transcript(u"[R1] -> 401"_s).size());
}

void TestDemoBackend::refreshWithoutRotation()
{
    changeKnobs([](Knobs &knobs) { knobs.rotation = false; });
    auto connection = client();
    const auto token = connection.signIn().text("refreshToken");
    for (int i = 0; i < 2; ++i) {
        const auto answer = connection.refresh(token);
        QCOMPARE(answer.status, 200);
        QVERIFY(!answer.json().contains("refreshToken"_L1));
    }
    QCOMPARE(m_backend->counters().rotations, 0);
}

void TestDemoBackend::refreshTokenExpires()
{
    changeKnobs([](Knobs &knobs) { knobs.refreshLifetime = 60s; });
    auto connection = client();
    const auto token = connection.signIn().text("refreshToken");
    changeKnobs([](Knobs &knobs) { knobs.clockOffset = 61s; });
    QCOMPARE(connection.refresh(token).status, 401);
    QCOMPARE(m_backend->counters().reuses, 0);
}

void TestDemoBackend::secondSignInEndsTheFirst()
{
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.signIn();
    QCOMPARE(connection.refresh(first.text("refreshToken")).status, 401);
    QCOMPARE(connection.refresh(second.text("refreshToken")).status, 200);
    QCOMPARE(connection.resources(first.text("authorizationToken")).status, 200);
}

void TestDemoBackend::usersDoNotDisturbEachOther()
{
    auto connection = client();
    const auto anna = connection.signIn();
    const auto boris = connection.signIn("boris", "boris-demo-1");
    QCOMPARE(connection.refresh(anna.text("refreshToken")).text("userId"), u"u-anna"_s);
    QCOMPARE(connection.resources(boris.text("authorizationToken")).body,
        "protected resources, username: boris");
}

void TestDemoBackend::badRefreshRequests_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("knob");
    QTest::addColumn<int>("status");
    const QByteArray unknown = R"({"refreshToken":"a+b/c=%20"})";
    QTest::newRow("unknown") << unknown << 401 << 401;
    QTest::newRow("unknown, as the original has it") << unknown << 500 << 500;
    QTest::newRow("malformed") << QByteArray("{refreshToken") << 401 << 400;
    QTest::newRow("missing") << QByteArray("{}") << 401 << 400;
    QTest::newRow("a number") << QByteArray(R"({"refreshToken":5})") << 401 << 400;
}

void TestDemoBackend::badRefreshRequests()
{
    QFETCH(QByteArray, body);
    QFETCH(int, knob);
    changeKnobs([&](Knobs &knobs) { knobs.unknownRefreshTokenStatus = knob; });
    const auto answer = client().ask("POST", "/authorization/refresh", body);
    QTEST(answer.status, "status");
    QVERIFY(!answer.text("detail").isEmpty());
    QVERIFY(!answer.json().contains("error"_L1));
}

void TestDemoBackend::refreshAnswers_data()
{
    QTest::addColumn<RefreshAnswer>("given");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("contained");
    QTest::addColumn<bool>("rotated");
    using A = RefreshAnswer;
    // clang-format off
    QTest::newRow("ok")                      << A::Ok              << 200 << QByteArray("authorizationToken") << true;
    QTest::newRow("invalid grant")           << A::InvalidGrant    << 400 << QByteArray(R"("error":"invalid_grant")") << false;
    QTest::newRow("401")                     << A::Unauthorized    << 401 << QByteArray("detail") << false;
    QTest::newRow("403")                     << A::Forbidden       << 403 << QByteArray("detail") << false;
    QTest::newRow("429")                     << A::TooManyRequests << 429 << QByteArray("detail") << false;
    QTest::newRow("500")                     << A::ServerError     << 500 << QByteArray("detail") << false;
    QTest::newRow("dropped")                 << A::Drop            << 0   << QByteArray() << false;
    QTest::newRow("dropped in the body")     << A::DropInBody      << 200 << QByteArray("authorizationToken") << false;
    QTest::newRow("rotated, then dropped")   << A::LoseAnswer      << 0   << QByteArray() << true;
    QTest::newRow("garbage")                 << A::Garbage         << 200 << QByteArray("<html>") << false;
    QTest::newRow("slow body")               << A::SlowBody        << 200 << QByteArray("authorizationToken") << true;
    // clang-format on
}

void TestDemoBackend::refreshAnswers()
{
    QFETCH(RefreshAnswer, given);
    QFETCH(QByteArray, contained);
    QFETCH(bool, rotated);
    const auto token = client().signIn().text("refreshToken");
    m_backend->answerRefreshes(given);
    const auto answer = client().refresh(token);
    QTEST(answer.status, "status");
    QVERIFY(answer.body.contains(contained));
    QCOMPARE(answer.isWhole, answer.status != 0 && given != RefreshAnswer::DropInBody);
    QCOMPARE(answer.headers.value("retry-after"), answer.status == 429 ? "1" : QByteArray());
    QCOMPARE(m_backend->counters().rotations, rotated ? 1 : 0);
    QCOMPARE(client().refresh(token).status, rotated ? 401 : 200); // once only
}

void TestDemoBackend::resourceAnswers_data()
{
    QTest::addColumn<ResourceAnswer>("given");
    QTest::addColumn<int>("status");
    using A = ResourceAnswer;
    QTest::newRow("ok") << A::Ok << 200;
    QTest::newRow("401 for a good token") << A::Unauthorized << 401;
    QTest::newRow("403") << A::Forbidden << 403;
    QTest::newRow("500") << A::ServerError << 500;
    QTest::newRow("slow") << A::Slow << 200;
    QTest::newRow("large") << A::Large << 200;
    QTest::newRow("redirect") << A::RedirectElsewhere << 302;
}

void TestDemoBackend::resourceAnswers()
{
    QFETCH(ResourceAnswer, given);
    changeKnobs([](Knobs &knobs) { knobs.slowness = 150ms; });
    const auto token = client().signIn().text("authorizationToken");
    m_backend->answerResources(given);
    QCOMPARE(client().resources(u"forged"_s).status, 401); // does not use it up
    QElapsedTimer timer;
    timer.start();
    const auto answer = client().resources(token);
    QTEST(answer.status, "status");
    QVERIFY(given != ResourceAnswer::Slow || timer.elapsed() >= 150);
    QCOMPARE(answer.body.size() == 8 * 1024 * 1024, given == ResourceAnswer::Large);
    QCOMPARE(answer.headers.value("location"),
        answer.status == 302
            ? "http://localhost:" + QByteArray::number(m_backend->url().port()) + "/api/resources"
            : QByteArray());
    QCOMPARE(client().resources(token).body, "protected resources, username: anna");
}

void TestDemoBackend::answersLastForSoManyTimes()
{
    const auto token = client().signIn().text("authorizationToken");
    m_backend->answerResources(ResourceAnswer::ServerError, 2);
    m_backend->answerResources(ResourceAnswer::Forbidden, 2); // replaces what was queued
    for (const int status : {403, 403, 200}) {
        QCOMPARE(m_backend->nextResourceAnswer() == ResourceAnswer::Ok, status == 200);
        QCOMPARE(client().resources(token).status, status);
    }
    m_backend->answerRefreshes(RefreshAnswer::Hang, 5);
    QCOMPARE(m_backend->nextRefreshAnswer(), RefreshAnswer::Hang);
    m_backend->answerRefreshes(RefreshAnswer::Ok);
    QCOMPARE(m_backend->nextRefreshAnswer(), RefreshAnswer::Ok);
}

void TestDemoBackend::namesOfAnswersGoBothWays()
{
    for (int i = 0; i <= int(RefreshAnswer::SlowBody); ++i)
        QCOMPARE(refreshAnswerFromName(toName(RefreshAnswer(i))), RefreshAnswer(i));
    for (int i = 0; i <= int(ResourceAnswer::RedirectElsewhere); ++i)
        QCOMPARE(resourceAnswerFromName(toName(ResourceAnswer(i))), ResourceAnswer(i));
    QCOMPARE(toName(RefreshAnswer::InvalidGrant), u"invalid-grant"_s);
    QCOMPARE(refreshAnswerFromName(u"InvalidGrant"_s), std::nullopt);
}

void TestDemoBackend::clockOffsetMovesDateAndExpiry()
{
    auto connection = client();
    const auto token = connection.signIn().text("authorizationToken");
    changeKnobs([](Knobs &knobs) { knobs.clockOffset = 901s; });
    const auto answer = connection.resources(token);
    QCOMPARE(answer.status, 401);
    const auto ahead = QDateTime::currentDateTimeUtc().secsTo(dateOf(answer));
    QVERIFY2(ahead >= 899 && ahead <= 902, qPrintable(QString::number(ahead)));
    QCOMPARE(connection.resources(connection.signIn().text("authorizationToken")).status, 200);
}

void TestDemoBackend::accessLifetimeOfZeroIsExpired()
{
    changeKnobs([](Knobs &knobs) { knobs.accessLifetime = 0s; });
    auto connection = client();
    QCOMPARE(connection.resources(connection.signIn().text("authorizationToken")).status, 401);
}

void TestDemoBackend::latencyComesBeforeTheAnswer()
{
    changeKnobs([](Knobs &knobs) {
        knobs.latency = {
            {Endpoint::SignIn, 30ms}, {Endpoint::Refresh, 60ms}, {Endpoint::Resource, 90ms}};
    });
    QElapsedTimer timer;
    timer.start();
    const auto tokens = client().signIn();
    QVERIFY(timer.restart() >= 30);
    QCOMPARE(client().refresh(tokens.text("refreshToken")).status, 200);
    QVERIFY(timer.restart() >= 60);
    QCOMPARE(client().resources(tokens.text("authorizationToken")).status, 200);
    QVERIFY(timer.restart() >= 90);
}

void TestDemoBackend::expiresInIsSentOnRequest()
{
    changeKnobs([](Knobs &knobs) {
        knobs.sendExpiresIn = true;
        knobs.accessLifetime = 77s;
    });
    QCOMPARE(client().signIn().json()["expires_in"_L1].toInt(), 77);
}

void TestDemoBackend::sameAccessTokenIsRepeated()
{
    changeKnobs([](Knobs &knobs) { knobs.sameAccessToken = true; });
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.refresh(first.text("refreshToken"));
    QCOMPARE(second.text("authorizationToken"), first.text("authorizationToken"));
    QVERIFY(second.text("refreshToken") != first.text("refreshToken"));
}

void TestDemoBackend::challengeHeaderCanBeOmitted()
{
    changeKnobs([](Knobs &knobs) { knobs.omitChallengeHeader = true; });
    auto connection = client();
    for (const auto &answer : {connection.resources(u"forged"_s), connection.refresh(u"unknown"_s),
             connection.signIn("anna", "wrong")}) {
        QCOMPARE(answer.status, 401);
        QVERIFY(!answer.headers.contains("www-authenticate"));
        QCOMPARE(answer.body, QByteArray());
    }
}

void TestDemoBackend::accessTokensCanBeExpired()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    m_backend->expireAccessTokens();
    QCOMPARE(connection.resources(tokens.text("authorizationToken")).status, 401);
    const auto fresh = connection.refresh(tokens.text("refreshToken"));
    QCOMPARE(connection.resources(fresh.text("authorizationToken")).status, 200);
}

void TestDemoBackend::everythingCanBeRevoked()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    m_backend->revokeEverything();
    QCOMPARE(connection.resources(tokens.text("authorizationToken")).status, 401);
    QCOMPARE(connection.refresh(tokens.text("refreshToken")).status, 401);
    QCOMPARE(connection.resources(connection.signIn().text("authorizationToken")).status, 200);
}

void TestDemoBackend::transcriptNamesTokens()
{
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.refresh(first.text("refreshToken"));
    for (const auto &token : {first.text("authorizationToken"), second.text("authorizationToken"),
             u"forged"_s, QString()})
        QVERIFY(connection.resources(token).status != 0);
    QVERIFY(connection.refresh(u"unknown"_s).status != 0);
    QCOMPARE(m_backend->transcript(),
        QStringList({u"POST /authorization/token -> 200"_s,
            u"POST /authorization/refresh [R1] -> 200"_s, u"GET /api/resources [A1] -> 200"_s,
            u"GET /api/resources [A2] -> 200"_s, u"GET /api/resources [A?] -> 401"_s,
            u"GET /api/resources -> 401"_s, u"POST /authorization/refresh [R?] -> 401"_s}));
    m_backend->clearTranscript();
    QCOMPARE(connection.resources(second.text("authorizationToken")).status, 200);
    QCOMPARE(m_backend->transcript(), QStringList(u"GET /api/resources [A2] -> 200"_s));
    QCOMPARE(m_backend->transcript(u"POST"_s), QStringList());
}

void TestDemoBackend::transcriptHasNoSecrets()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    const auto access = tokens.text("authorizationToken");
    QVERIFY(connection.ask("GET", "/api/resources?access_token=" + access.toLatin1()).status != 0);
    QVERIFY(
        connection.ask("POST", "/authorization/token", "{}", WireClient::bearer(access)).status);
    QVERIFY(connection.refresh(tokens.text("refreshToken")).status != 0);
    QVERIFY(connection.signIn("anna", "wrong-secret").status != 0);
    const auto all = m_backend->transcript().join(u'\n');
    for (const auto &secret : {access, access.section(u'.', 2), tokens.text("refreshToken"),
             u"anna-demo-1"_s, u"wrong-secret"_s, u"access_token"_s})
        QVERIFY(!all.contains(secret));
}

void TestDemoBackend::countersCount()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    QCOMPARE(connection.resources(tokens.text("authorizationToken")).status, 200);
    QCOMPARE(connection.resources({}).status, 401);
    for (int i = 0; i < 2; ++i)
        QVERIFY(connection.refresh(tokens.text("refreshToken")).status != 0);
    const Counters expected {
        .signIns = 1, .refreshes = 2, .rotations = 1, .reuses = 1, .challenges = 1, .served = 1};
    QCOMPARE(m_backend->counters(), expected);
    m_backend->clearTranscript();
    QCOMPARE(m_backend->counters(), Counters());
}

QTEST_GUILESS_MAIN(TestDemoBackend)
#include "tst_demobackend.moc"
