#include "demobackendclient.h"

#include <QtCore/QDateTime>
#include <QtCore/QElapsedTimer>
#include <QtCore/QLocale>
#include <QtCore/QTimeZone>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

QDateTime dateOf(const WireAnswer &answer)
{
    const auto date = QLocale::c().toDateTime(
        QString::fromLatin1(answer.headers.value("date")), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    return {date.date(), date.time(), QTimeZone::utc()};
}

} // namespace

//! Each answer that can be queued, and each knob.
class TestDemoBackendKnobs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void refreshAnswers_data();
    void refreshAnswers();
    void resourceAnswers_data();
    void resourceAnswers();
    void answersLastForSoManyTimes();
    void namesOfAnswersGoBothWays();
    void clockOffsetMovesDateAndExpiry();
    void clockMayStandStill();
    void accessLifetimeOfZeroIsExpired();
    void latencyComesBeforeTheAnswer();
    void expiresInIsSentOnRequest();
    void challengeHeaderCanBeOmitted();
    void accessTokensCanBeExpired();

private:
    [[nodiscard]] WireClient client() const { return WireClient(*m_backend); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendKnobs::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendKnobs::refreshAnswers_data()
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

void TestDemoBackendKnobs::refreshAnswers()
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
    QCOMPARE(client().refresh(token).status, rotated ? 401 : 200); // one answer only
}

void TestDemoBackendKnobs::resourceAnswers_data()
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

void TestDemoBackendKnobs::resourceAnswers()
{
    QFETCH(ResourceAnswer, given);
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.slowness = 150ms; });
    const auto token = client().signIn().text("authorizationToken");
    m_backend->answerResources(given);
    // The refused request does not use up the answer.
    QCOMPARE(client().resources(u"forged"_s).status, 401);
    QElapsedTimer timer;
    timer.start();
    const auto answer = client().resources(token);
    QTEST(answer.status, "status");
    QVERIFY(given != ResourceAnswer::Slow || timer.elapsed() >= 150);
    QCOMPARE(answer.body.size() == 8LL << 20, given == ResourceAnswer::Large);
    QCOMPARE(answer.headers.value("location"),
        answer.status == 302
            ? "http://localhost:" + QByteArray::number(m_backend->url().port()) + "/api/resources"
            : QByteArray());
    QCOMPARE(client().resources(token).body, "protected resources, username: anna");
}

void TestDemoBackendKnobs::answersLastForSoManyTimes()
{
    const auto token = client().signIn().text("authorizationToken");
    m_backend->answerResources(ResourceAnswer::ServerError, 2);
    m_backend->answerResources(ResourceAnswer::Forbidden, 2); // replaces the queued answers
    for (const int status : {403, 403, 200}) {
        QCOMPARE(m_backend->nextResourceAnswer() == ResourceAnswer::Ok, status == 200);
        QCOMPARE(client().resources(token).status, status);
    }
    m_backend->answerRefreshes(RefreshAnswer::Hang, 5);
    QCOMPARE(m_backend->nextRefreshAnswer(), RefreshAnswer::Hang);
    m_backend->answerRefreshes(RefreshAnswer::Ok);
    QCOMPARE(m_backend->nextRefreshAnswer(), RefreshAnswer::Ok);
}

void TestDemoBackendKnobs::namesOfAnswersGoBothWays()
{
    for (int i = 0; i <= int(RefreshAnswer::SlowBody); ++i) {
        QCOMPARE(refreshAnswerFromName(toName(RefreshAnswer(i))), RefreshAnswer(i));
        QCOMPARE(demobackend::refreshAnswerNames().value(i), toName(RefreshAnswer(i)));
    }
    for (int i = 0; i <= int(ResourceAnswer::RedirectElsewhere); ++i) {
        QCOMPARE(resourceAnswerFromName(toName(ResourceAnswer(i))), ResourceAnswer(i));
        QCOMPARE(demobackend::resourceAnswerNames().value(i), toName(ResourceAnswer(i)));
    }
    QCOMPARE(toName(RefreshAnswer::Unauthorized), u"401"_s);
    QCOMPARE(refreshAnswerFromName(u"InvalidGrant"_s), std::nullopt);
}

void TestDemoBackendKnobs::clockOffsetMovesDateAndExpiry()
{
    auto connection = client();
    const auto token = connection.signIn().text("authorizationToken");
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.clockOffset = 901s; });
    const auto earliest = QDateTime::currentSecsSinceEpoch() + 901;
    const auto answer = connection.resources(token);
    const auto latest = QDateTime::currentSecsSinceEpoch() + 901;
    QCOMPARE(answer.status, 401);
    const auto date = dateOf(answer).toSecsSinceEpoch();
    QVERIFY2(date >= earliest && date <= latest, answer.headers.value("date").constData());
    QCOMPARE(connection.resources(connection.signIn().text("authorizationToken")).status, 200);
}

void TestDemoBackendKnobs::clockMayStandStill()
{
    changeKnobs(*m_backend, [](Knobs &knobs) {
        knobs.clockStandsAt = std::chrono::sys_seconds(2'000'000'000s);
        knobs.clockOffset = 7s;
    });
    m_backend->on(u"/authorization/token"_s).holdAnswers(); // the date is that of the answer
    auto connection = client();
    connection.send(
        "POST", "/authorization/token", R"({"userName":"anna","password":"anna-demo-1"})");
    QTRY_COMPARE(m_backend->on(u"/authorization/token"_s).heldCount(), 1);
    m_backend->on(u"/authorization/token"_s).release();
    const auto answer = connection.receive();
    QCOMPARE(dateOf(answer).toSecsSinceEpoch(), 2'000'000'007);
    const auto token = answer.text("authorizationToken");
    QCOMPARE(connection.resources(token).status, 200);
    changeKnobs(*m_backend, [](Knobs &knobs) { *knobs.clockStandsAt += 900s; });
    QCOMPARE(connection.resources(token).status, 401);
}

void TestDemoBackendKnobs::accessLifetimeOfZeroIsExpired()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.accessLifetime = 0s; });
    auto connection = client();
    QCOMPARE(connection.resources(connection.signIn().text("authorizationToken")).status, 401);
}

void TestDemoBackendKnobs::latencyComesBeforeTheAnswer()
{
    changeKnobs(*m_backend, [](Knobs &knobs) {
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

void TestDemoBackendKnobs::expiresInIsSentOnRequest()
{
    changeKnobs(*m_backend, [](Knobs &knobs) {
        knobs.sendExpiresIn = true;
        knobs.accessLifetime = 77s;
    });
    QCOMPARE(client().signIn().json()["expires_in"_L1].toInt(), 77);
}

void TestDemoBackendKnobs::challengeHeaderCanBeOmitted()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.omitChallengeHeader = true; });
    auto connection = client();
    for (const auto &answer : {connection.resources(u"forged"_s), connection.refresh(u"unknown"_s),
             connection.signIn("anna", "wrong")}) {
        QCOMPARE(answer.status, 401);
        QVERIFY(!answer.headers.contains("www-authenticate"));
        QCOMPARE(answer.body, QByteArray());
    }
}

void TestDemoBackendKnobs::accessTokensCanBeExpired()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    m_backend->expireAccessTokens();
    QCOMPARE(connection.resources(tokens.text("authorizationToken")).status, 401);
    const auto fresh = connection.refresh(tokens.text("refreshToken"));
    QCOMPARE(connection.resources(fresh.text("authorizationToken")).status, 200);
}

QTEST_GUILESS_MAIN(TestDemoBackendKnobs)
#include "tst_demobackendknobs.moc"
