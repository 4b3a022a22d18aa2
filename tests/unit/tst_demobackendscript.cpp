#include "demobackendclient.h"

#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;

//! Scripts for a path: hold, release, and answer anything.
class TestDemoBackendScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void heldRequestIsDecidedWhenItIsLetGo();
    void heldAnswerWasDecidedWhenItArrived();
    void longestHeldGoesFirst();
    void clearLetsGo();
    void queuedRepliesThenTheUsual();
    void standingReplyLastsUntilCleared();
    void scriptedHeadersAreSent();
    void dropsSoManyTimes();
    void unknownPathNeedsNoToken();
    void scriptedAnswersAreCounted();
    void arrivalsAreRemembered();
    void longBodiesAreRememberedWhereAskedFor();

private:
    [[nodiscard]] WireClient client() const { return WireClient(*m_backend); }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendScript::init()
{
    m_backend = std::make_unique<DemoBackend>();
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendScript::heldRequestIsDecidedWhenItIsLetGo()
{
    auto connection = client();
    const auto token = connection.signIn().text("authorizationToken");
    auto script = m_backend->on(u"/api/resources"_s).hold();
    connection.send("GET", "/api/resources", {}, WireClient::bearer(token));
    QTRY_COMPARE(script.heldCount(), 1);
    QCOMPARE(m_backend->transcript().last(), u"GET /api/resources [A1] -> ..."_s);
    m_backend->expireAccessTokens();
    script.release();
    QCOMPARE(connection.receive().status, 401);
    QCOMPARE(m_backend->transcript().last(), u"GET /api/resources [A1] -> 401"_s);
}

void TestDemoBackendScript::heldAnswerWasDecidedWhenItArrived()
{
    auto connection = client();
    const auto token = connection.signIn().text("authorizationToken");
    auto script = m_backend->on(u"/api/resources"_s).holdAnswers();
    connection.send("GET", "/api/resources", {}, WireClient::bearer(token));
    QTRY_COMPARE(script.heldCount(), 1);
    QCOMPARE(m_backend->transcript().last(), u"GET /api/resources [A1] -> ..."_s);
    m_backend->expireAccessTokens();
    script.release();
    QCOMPARE(connection.receive().status, 200);
}

void TestDemoBackendScript::longestHeldGoesFirst()
{
    auto script = m_backend->on(u"/orders"_s).hold().replies(201).replies(202).replies(203);
    std::array connections {std::make_unique<WireClient>(*m_backend),
        std::make_unique<WireClient>(*m_backend), std::make_unique<WireClient>(*m_backend)};
    for (int i = 0; i < 3; ++i) {
        connections[std::size_t(i)]->send("GET", "/orders");
        QTRY_COMPARE(script.heldCount(), i + 1);
    }
    script.release(1);
    QCOMPARE(connections[0]->receive().status, 201);
    QCOMPARE(script.heldCount(), 2);
    script.release(1);
    QCOMPARE(connections[1]->receive().status, 202);
    script.release(5); // more than are held: the rest is not kept for later
    QCOMPARE(connections[2]->receive().status, 203);
    connections[0]->send("GET", "/orders");
    QTRY_COMPARE(script.heldCount(), 1);
    script.release();
    QCOMPARE(connections[0]->receive().status, 404);
    QCOMPARE(connections[0]->ask("GET", "/orders").status, 404); // holds no request any more
}

void TestDemoBackendScript::clearLetsGo()
{
    auto script = m_backend->on(u"/orders"_s).hold().replies(201);
    auto connection = client();
    connection.send("GET", "/orders");
    QTRY_COMPARE(script.heldCount(), 1);
    script.clear();
    QCOMPARE(connection.receive().status, 404);
    QCOMPARE(script.arrivedCount(), 1);
}

void TestDemoBackendScript::queuedRepliesThenTheUsual()
{
    m_backend->on(u"/api/resources"_s).replies(500, "first").replies(204);
    auto connection = client();
    QCOMPARE(connection.ask("GET", "/api/resources").body, "first");
    QCOMPARE(connection.ask("GET", "/api/resources").status, 204);
    QCOMPARE(connection.ask("GET", "/api/resources").status, 401);
}

void TestDemoBackendScript::standingReplyLastsUntilCleared()
{
    auto script = m_backend->on(u"/orders"_s).always({403, {}, {}}).replies(201);
    auto connection = client();
    for (const int status : {201, 403, 403})
        QCOMPARE(connection.ask("PUT", "/orders").status, status);
    script.clear();
    QCOMPARE(connection.ask("PUT", "/orders").status, 404);
}

void TestDemoBackendScript::scriptedHeadersAreSent()
{
    m_backend->on(u"/a b"_s).replies({302,
        {{"Location", "http://localhost/%20?x=%2B"}, {"Set-Cookie", "a=1"}, {"Connection", "close"},
            {"Content-Type", "image/png"}, {"Content-Length", "999"},
            {"Date", "Thu, 01 Jan 1970 00:00:00 GMT"}},
        "body"});
    auto connection = client();
    const auto answer = connection.ask("GET", "/a%20b");
    QCOMPARE(answer.status, 302);
    QCOMPARE(answer.headers.value("location"), "http://localhost/%20?x=%2B");
    QCOMPARE(answer.headers.value("set-cookie"), "a=1");
    QCOMPARE(answer.headers.value("content-type"), "image/png");
    QCOMPARE(answer.headers.value("date"), "Thu, 01 Jan 1970 00:00:00 GMT");
    QCOMPARE(answer.body, "body");
    QCOMPARE(connection.receiveAll(), QByteArray());
    QVERIFY(!connection.isConnected());
}

void TestDemoBackendScript::dropsSoManyTimes()
{
    m_backend->on(u"/orders"_s).drops(2).replies(200);
    for (const int status : {0, 0, 200})
        QCOMPARE(client().ask("GET", "/orders").status, status);
    QCOMPARE(m_backend->transcript(),
        QStringList(
            {u"GET /orders -> dropped"_s, u"GET /orders -> dropped"_s, u"GET /orders -> 200"_s}));
}

void TestDemoBackendScript::unknownPathNeedsNoToken()
{
    auto connection = client();
    const auto token = connection.signIn().text("authorizationToken");
    m_backend->on(u"/orders"_s).replies(200, "open to all").replies(401);
    QCOMPARE(connection.ask("GET", "/orders").body, "open to all");
    QCOMPARE(connection.ask("GET", "/orders", {}, WireClient::bearer(token)).status, 401);
    QCOMPARE(m_backend->transcript(u"/orders"_s),
        QStringList({u"GET /orders -> 200"_s, u"GET /orders [A1] -> 401"_s}));
}

void TestDemoBackendScript::scriptedAnswersAreCounted()
{
    m_backend->on(u"/orders"_s).replies(200).replies(401);
    m_backend->on(u"/authorization/refresh"_s).replies(503);
    auto connection = client();
    for (int i = 0; i < 2; ++i)
        QVERIFY(connection.ask("GET", "/orders").status != 0);
    QCOMPARE(connection.refresh(u"unknown"_s).status, 503);
    const Counters expected {.refreshes = 1, .challenges = 1, .served = 1};
    QCOMPARE(m_backend->counters(), expected);
}

void TestDemoBackendScript::arrivalsAreRemembered()
{
    auto connection = client();
    QCOMPARE(connection.ask("POST", "/orders", "one", "X-Note: %20 + = /\r\n").status, 404);
    QCOMPARE(connection.ask("POST", "/orders?q=1", "two").status, 404);
    const auto script = m_backend->on(u"/orders"_s);
    QCOMPARE(script.arrivedCount(), 2);
    QCOMPARE(script.arrivedHeader(0, "x-NOTE"), "%20 + = /"); // the value is not decoded
    QCOMPARE(script.arrivedBody(0), "one");
    QCOMPARE(script.arrivedBody(1), "two");
    QCOMPARE(script.arrivedHeader(1, "x-note"), QByteArray());
    QCOMPARE(script.arrivedBody(2), QByteArray());
    QCOMPARE(script.arrivedBody(-1), QByteArray());
}

void TestDemoBackendScript::longBodiesAreRememberedWhereAskedFor()
{
    const QByteArray body(1'000'000, 'x');
    auto connection = client();
    QCOMPARE(connection.ask("POST", "/orders", body).status, 404);
    const auto script = m_backend->on(u"/orders"_s);
    QCOMPARE(connection.ask("POST", "/orders", body).status, 404);
    QCOMPARE(script.arrivedBody(0), QByteArray());
    QCOMPARE(script.arrivedBody(1), body);
}

QTEST_GUILESS_MAIN(TestDemoBackendScript)
#include "tst_demobackendscript.moc"
