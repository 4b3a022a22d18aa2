#include "demobackendclient.h"

#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

//! Rotation, reuse detection, grace, and the events that end a family.
class TestDemoBackendRefresh : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void refreshRotates();
    void usedRefreshToken_data();
    void usedRefreshToken();
    void refreshWithoutRotation();
    void refreshTokenExpires();
    void secondSignInEndsTheFirst();
    void usersDoNotDisturbEachOther();
    void badRefreshRequests_data();
    void badRefreshRequests();
    void sameAccessTokenIsRepeated();
    void everythingCanBeRevoked();

private:
    [[nodiscard]] WireClient client() const { return WireClient(*m_backend); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendRefresh::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendRefresh::refreshRotates()
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

void TestDemoBackendRefresh::usedRefreshToken_data()
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

void TestDemoBackendRefresh::usedRefreshToken()
{
    QFETCH(bool, detection);
    QFETCH(int, grace);
    QFETCH(int, after);
    changeKnobs(*m_backend, [&](Knobs &knobs) {
        knobs.reuseDetection = detection;
        knobs.reuseGrace = std::chrono::seconds(grace);
    });
    auto connection = client();
    const auto used = connection.signIn().text("refreshToken");
    const auto successor = connection.refresh(used).text("refreshToken");
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.clockOffset = std::chrono::seconds(after); });
    QTEST(connection.refresh(used).status, "again");
    QTEST(connection.refresh(successor).status, "successor");
    QCOMPARE(m_backend->counters().reuses, m_backend->transcript(u"[R1] -> 401"_s).size());
}

void TestDemoBackendRefresh::refreshWithoutRotation()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.rotation = false; });
    auto connection = client();
    const auto token = connection.signIn().text("refreshToken");
    for (int i = 0; i < 2; ++i) {
        const auto answer = connection.refresh(token);
        QCOMPARE(answer.status, 200);
        QVERIFY(!answer.json().contains("refreshToken"_L1));
    }
    QCOMPARE(m_backend->counters().rotations, 0);
}

void TestDemoBackendRefresh::refreshTokenExpires()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.refreshLifetime = 60s; });
    auto connection = client();
    const auto token = connection.signIn().text("refreshToken");
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.clockOffset = 61s; });
    QCOMPARE(connection.refresh(token).status, 401);
    QCOMPARE(m_backend->counters().reuses, 0);
}

void TestDemoBackendRefresh::secondSignInEndsTheFirst()
{
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.signIn();
    QCOMPARE(connection.refresh(first.text("refreshToken")).status, 401);
    QCOMPARE(connection.refresh(second.text("refreshToken")).status, 200);
    QCOMPARE(connection.resources(first.text("authorizationToken")).status, 200);
}

void TestDemoBackendRefresh::usersDoNotDisturbEachOther()
{
    auto connection = client();
    const auto anna = connection.signIn();
    const auto boris = connection.signIn("boris", "boris-demo-1");
    QCOMPARE(connection.refresh(anna.text("refreshToken")).text("userId"), u"u-anna"_s);
    QCOMPARE(connection.resources(boris.text("authorizationToken")).body,
        "protected resources, username: boris");
}

void TestDemoBackendRefresh::badRefreshRequests_data()
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

void TestDemoBackendRefresh::badRefreshRequests()
{
    QFETCH(QByteArray, body);
    QFETCH(int, knob);
    changeKnobs(*m_backend, [&](Knobs &knobs) { knobs.unknownRefreshTokenStatus = knob; });
    const auto answer = client().ask("POST", "/authorization/refresh", body);
    QTEST(answer.status, "status");
    QVERIFY(!answer.text("detail").isEmpty());
    QVERIFY(!answer.json().contains("error"_L1));
}

void TestDemoBackendRefresh::sameAccessTokenIsRepeated()
{
    changeKnobs(*m_backend, [](Knobs &knobs) { knobs.sameAccessToken = true; });
    auto connection = client();
    const auto first = connection.signIn();
    const auto second = connection.refresh(first.text("refreshToken"));
    QCOMPARE(second.text("authorizationToken"), first.text("authorizationToken"));
    QVERIFY(second.text("refreshToken") != first.text("refreshToken"));
}

void TestDemoBackendRefresh::everythingCanBeRevoked()
{
    auto connection = client();
    const auto tokens = connection.signIn();
    m_backend->revokeEverything();
    QCOMPARE(connection.resources(tokens.text("authorizationToken")).status, 401);
    QCOMPARE(connection.refresh(tokens.text("refreshToken")).status, 401);
    QCOMPARE(connection.resources(connection.signIn().text("authorizationToken")).status, 200);
}

QTEST_GUILESS_MAIN(TestDemoBackendRefresh)
#include "tst_demobackendrefresh.moc"
