#include "demobackendclient.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

using namespace Qt::Literals::StringLiterals;
using namespace demobackend;
using namespace std::chrono_literals;

//! Connections: drops, hangs, many at once, TLS, start and stop.
class TestDemoBackendWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_backend.reset(); }

    void droppedBeforeTheStatusLine_data();
    void droppedBeforeTheStatusLine();
    void droppedInTheBody();
    void hangsUntilTheKnobIsChanged();
    void slowBodyComesByteByByte();

    void oneConnectionServesManyRequests();
    void requestsMayArriveTogether();
    void hundredsOfConnections();
    void manyConnectionsReuseThreads();
    void heldRepliesStarveNobody();
    void clientsMayVanish();
    void whatIsNoHttpIsRefused_data();
    void whatIsNoHttpIsRefused();

    void stopIsQuick();
    void startsAgainOnTheSamePort();
    void takenPort();
    void tls();
    void tlsDropsBeforeTheStatusLine();

private:
    void start(const DemoBackend::Options &options);
    [[nodiscard]] std::unique_ptr<WireClient> client() const
    {
        return std::make_unique<WireClient>(*m_backend);
    }

    std::unique_ptr<DemoBackend> m_backend;
};

void TestDemoBackendWire::init()
{
    start({});
}

void TestDemoBackendWire::start(const DemoBackend::Options &options)
{
    m_backend = std::make_unique<DemoBackend>(options);
    QCOMPARE(m_backend->start(), QString());
}

void TestDemoBackendWire::droppedBeforeTheStatusLine_data()
{
    QTest::addColumn<std::optional<RefreshAnswer>>("answer");
    QTest::newRow("drop") << std::optional(RefreshAnswer::Drop);
    QTest::newRow("lose answer") << std::optional(RefreshAnswer::LoseAnswer);
    QTest::newRow("scripted drop") << std::optional<RefreshAnswer>();
}

void TestDemoBackendWire::droppedBeforeTheStatusLine()
{
    QFETCH(std::optional<RefreshAnswer>, answer);
    auto connection = client();
    const auto token = connection->signIn().text("refreshToken");
    if (answer)
        m_backend->answerRefreshes(*answer);
    else
        m_backend->on(u"/authorization/refresh"_s).drops();
    connection->send("POST", "/authorization/refresh", WireClient::refreshBody(token));
    QCOMPARE(connection->receiveAll(), QByteArray());
    QVERIFY(!connection->isConnected());
    QCOMPARE(m_backend->transcript().last(), u"POST /authorization/refresh [R1] -> dropped"_s);
}

void TestDemoBackendWire::droppedInTheBody()
{
    auto connection = client();
    const auto token = connection->signIn().text("refreshToken");
    m_backend->answerRefreshes(RefreshAnswer::DropInBody);
    const auto answer = connection->refresh(token);
    QCOMPARE(answer.body.size(), answer.headers.value("content-length").toInt() / 2);
    QVERIFY(!answer.body.isEmpty());
    QVERIFY(!connection->isConnected());
    QCOMPARE(m_backend->transcript().last(), u"POST /authorization/refresh [R1] -> 200 dropped"_s);
}

void TestDemoBackendWire::hangsUntilTheKnobIsChanged()
{
    auto hanging = client();
    const auto token = hanging->signIn().text("refreshToken");
    m_backend->answerRefreshes(RefreshAnswer::Hang);
    hanging->send("POST", "/authorization/refresh", WireClient::refreshBody(token));
    // The dropped request has used up the answer.
    QTRY_COMPARE(m_backend->nextRefreshAnswer(), RefreshAnswer::Ok);
    QCOMPARE(m_backend->transcript(u"[R1] -> ..."_s).size(), 1);
    QCOMPARE(client()->refresh(token).status, 200); // the backend serves other requests meanwhile
    m_backend->answerRefreshes(RefreshAnswer::Ok);
    QCOMPARE(hanging->receiveAll(), QByteArray());
    QCOMPARE(m_backend->transcript(u"[R1] -> dropped"_s).size(), 1);
}

void TestDemoBackendWire::slowBodyComesByteByByte()
{
    auto connection = client();
    const auto token = connection->signIn().text("refreshToken");
    m_backend->answerRefreshes(RefreshAnswer::SlowBody);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!connection->refresh(token).text("refreshToken").isEmpty());
    QVERIFY2(timer.elapsed() >= 1500, qPrintable(QString::number(timer.elapsed())));
}

void TestDemoBackendWire::oneConnectionServesManyRequests()
{
    auto connection = client();
    for (int i = 0; i < 500; ++i)
        QCOMPARE(connection->ask("GET", "/api/resources").status, 401);
    QVERIFY(connection->isConnected());
}

void TestDemoBackendWire::requestsMayArriveTogether()
{
    auto connection = client();
    const QByteArray request = "GET /api/resources HTTP/1.1\r\n\r\n";
    connection->sendBytes(request + "POST /api/echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" + request);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(connection->receive().status, 401);
    QCOMPARE(m_backend->on(u"/api/echo"_s).arrivedBody(0), "abcde");
}

void TestDemoBackendWire::hundredsOfConnections()
{
    std::vector<std::unique_ptr<WireClient>> connections(300);
    for (auto &connection : connections)
        connection = client();
    for (int round = 0; round < 2; ++round) {
        for (auto &connection : connections)
            connection->send("GET", "/api/resources");
        for (auto &connection : connections)
            QCOMPARE(connection->receive().status, 401);
    }
}

void TestDemoBackendWire::manyConnectionsReuseThreads()
{
    const QDir tasks(u"/proc/self/task"_s);
    if (!tasks.exists())
        QSKIP("threads cannot be counted here");
    for (int i = 0; i < 1000; ++i) {
        const auto connection = client();
        QCOMPARE(connection->ask("GET", "/api/resources", {}, "Connection: close\r\n").status, 401);
        // The thread of the connection has finished.
        QCOMPARE(connection->receiveAll(), QByteArray());
    }
    QVERIFY(tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot).size() < 50);
}

void TestDemoBackendWire::heldRepliesStarveNobody()
{
    auto script = m_backend->on(u"/api/resources"_s).hold();
    std::vector<std::unique_ptr<WireClient>> held(64);
    for (auto &connection : held) {
        connection = client();
        connection->send("GET", "/api/resources");
    }
    QTRY_COMPARE(script.heldCount(), 64);
    QCOMPARE(client()->signIn().status, 200);
    script.release();
    for (auto &connection : held)
        QCOMPARE(connection->receive().status, 401);
    QCOMPARE(script.heldCount(), 0);
}

void TestDemoBackendWire::clientsMayVanish()
{
    auto script = m_backend->on(u"/api/resources"_s).hold();
    client()->sendBytes("GET /api/res");
    client()->sendBytes("POST /api/echo HTTP/1.1\r\nContent-Length: 10\r\n\r\n123");
    client()->send("GET", "/api/resources");
    QTRY_COMPARE(script.heldCount(), 1);
    script.release();
    QCOMPARE(client()->signIn().status, 200);
    QCOMPARE(m_backend->transcript(u"/api/echo"_s), QStringList()); // the request never arrived
}

void TestDemoBackendWire::whatIsNoHttpIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    QTest::newRow("no version") << QByteArray("GET /\r\n\r\n") << 400;
    QTest::newRow("unknown method") << QByteArray("HELLO / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("long address") << "GET /" + QByteArray(9000, 'x') + " HTTP/1.1\r\n\r\n" << 414;
    QTest::newRow("long but bearable") << "GET /" + QByteArray(8000, 'x') + " HTTP/1.1\r\n\r\n"
                                       << 404;
}

void TestDemoBackendWire::whatIsNoHttpIsRefused()
{
    QFETCH(QByteArray, bytes);
    auto connection = client();
    connection->sendBytes(bytes);
    QTEST(connection->receive().status, "status");
    QCOMPARE(client()->signIn().status, 200);
}

void TestDemoBackendWire::stopIsQuick()
{
    auto script = m_backend->on(u"/api/resources"_s).hold();
    std::vector<std::unique_ptr<WireClient>> connections(60);
    for (auto &connection : connections)
        connection = client();
    const auto token = connections.front()->signIn().text("refreshToken");
    m_backend->answerRefreshes(RefreshAnswer::Hang);
    connections[0]->send("POST", "/authorization/refresh", WireClient::refreshBody(token));
    for (std::size_t i = 1; i < 20; ++i)
        connections[i]->send("GET", "/api/resources");
    QTRY_COMPARE(script.heldCount(), 19);
    QTRY_COMPARE(m_backend->transcript(u"[R1] -> ..."_s).size(), 1);
    QElapsedTimer timer;
    timer.start();
    m_backend->stop(); // stop() must not wait for the held requests, which would last for ever
    QVERIFY2(timer.elapsed() < test::patience, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(m_backend->transcript(u"-> dropped"_s).size(), 20);
    QCOMPARE(m_backend->transcript(u"-> ..."_s).size(), 0);
    for (auto &connection : connections)
        QCOMPARE(connection->receiveAll(), QByteArray());
}

void TestDemoBackendWire::startsAgainOnTheSamePort()
{
    const auto url = m_backend->url();
    const auto tokens = client()->signIn();
    m_backend->stop();
    QCOMPARE(m_backend->start(), QString());
    QCOMPARE(m_backend->url(), url);
    QCOMPARE(client()->resources(tokens.text("authorizationToken")).status, 200);
}

void TestDemoBackendWire::takenPort()
{
    const auto port = quint16(m_backend->url().port());
    DemoBackend insists({.port = port, .requirePort = true});
    const auto problem = insists.start();
    QVERIFY2(problem.contains(QString::number(port)), qPrintable(problem));
    DemoBackend yields({.port = port});
    QCOMPARE(yields.start(), QString());
    QVERIFY(yields.url().port() != port);
}

void TestDemoBackendWire::tls()
{
    QCOMPARE(m_backend->certificatePem(), QByteArray());
    start({.tls = true});
    QCOMPARE(m_backend->url().scheme(), u"https"_s);
    QVERIFY(m_backend->certificatePem().startsWith("-----BEGIN CERTIFICATE-----"));
    auto connection = client(); // trusts only that certificate, and checks the address in it
    const auto token = connection->signIn().text("authorizationToken");
    QCOMPARE(connection->resources(token).body, "protected resources, username: anna");
    QCOMPARE(
        connection->ask("POST", "/api/echo", QByteArray(3'000'000, 'x'), WireClient::bearer(token))
            .json()["length"_L1]
            .toInt(),
        3'000'000);
}

void TestDemoBackendWire::tlsDropsBeforeTheStatusLine()
{
    start({.tls = true});
    auto connection = client();
    const auto token = connection->signIn().text("refreshToken");
    m_backend->answerRefreshes(RefreshAnswer::Drop);
    connection->send("POST", "/authorization/refresh", WireClient::refreshBody(token));
    QCOMPARE(connection->receiveAll(), QByteArray());
    QVERIFY(!connection->isConnected());
    client()->sendBytes("no handshake");
    QCOMPARE(client()->refresh(token).status, 200);
}

QTEST_GUILESS_MAIN(TestDemoBackendWire)
#include "tst_demobackendwire.moc"
