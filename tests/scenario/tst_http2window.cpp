// Over HTTP/2 few requests are under way until an answer has proved the token, and a hundred after
// that. nginx, where it is installed, speaks HTTP/2 in front of the server that a test scripts.
#include "tests/support/http2proxy.h"
#include "tests/support/parity.h"
#include "tests/support/pipe.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::RawServer;
using test::Scenario;
using test::Stage;
using test::Through;

namespace {

constexpr int trialWindow = 8;

void begin(Stage &stage)
{
    auto nginx = std::make_shared<Http2Proxy>();
    if (const QString problem = nginx->start(stage.server.url()); !problem.isEmpty())
        qFatal("%s", qPrintable(problem));
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(nginx->certificateFile()));
    stage.standBehind(nginx->url(), tls);
    stage.front = nginx;
    stage.server.on("/quick", [](const auto &) { return test::http("200 OK", {}, "quick"); });
    stage.server.holds("/slow");
}

void getMany(Stage &stage, int count)
{
    for (int i = 0; i < count; ++i)
        stage.get("/quick");
}

[[nodiscard]] int goodAnswers(const Stage &stage)
{
    return int(std::count_if(stage.recorders.begin(), stage.recorders.end(), [](const auto &seen) {
        return seen->isOver() && seen->reply()->error() == QNetworkReply::NoError;
    }));
}

} // namespace

class Http2Window : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = Http2Proxy::missing(); !missing.isEmpty())
            QSKIP(qPrintable(u"HTTP/2 is not looked at: "_s + missing));
    }

    void aBurstWithABrokenTokenCostsFewChallenges()
    {
        Stage stage(Through::Challenged);
        begin(stage);
        getMany(stage, 1'000);
        QVERIFY(stage.settled());
        QCOMPARE(goodAnswers(stage), 1'000);
        QCOMPARE(stage.server.challengeCount(), trialWindow);
        QCOMPARE(stage.server.arrivedCount("/authorization/refresh"), 1);
    }

    // The server ends the session of a client that was silent.
    void aBurstAfterAPauseCostsFewChallenges()
    {
        Stage stage(Through::GoodToken);
        begin(stage);
        getMany(stage, 1);
        QVERIFY(stage.settled());
        int challenges = 0;
        stage.server.on("/quick", [&challenges](const RawServer::Request &request) {
            if (request.header("Authorization") != "Bearer good")
                return test::http("200 OK", {}, "quick");
            ++challenges;
            return test::http("401 Unauthorized", {}, "too late");
        });
        stage.clock.advance(2min);
        getMany(stage, 200);
        QVERIFY(stage.settled());
        QCOMPARE(goodAnswers(stage), 201);
        QCOMPARE(challenges, trialWindow);
    }

    void aProvenTokenOpensTheWindow()
    {
        Stage stage(Through::GoodToken);
        begin(stage);
        getMany(stage, 1);
        QVERIFY(stage.settled());
        for (int i = 0; i < 150; ++i)
            stage.get("/slow");
        QTRY_COMPARE(stage.server.heldCount("/slow"), 100);
    }

    void slowAnswersHoldUpOthersForASecond_data()
    {
        QTest::addColumn<Scenario>("send");
        QTest::newRow("long polls") << Scenario([](Stage &stage) { stage.get("/slow"); });
        QTest::newRow("uploads") << Scenario([](Stage &stage) {
            auto request = stage.request("/slow");
            request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
            stage.record(stage.manager->post(request, test::bytes(100'000)));
        });
    }
    void slowAnswersHoldUpOthersForASecond()
    {
        QFETCH(const Scenario, send);
        Stage stage(Through::GoodToken);
        begin(stage);
        for (int i = 0; i < trialWindow; ++i)
            send(stage);
        getMany(stage, 100);
        QTRY_COMPARE(stage.server.heldCount("/slow"), trialWindow);
        QCOMPARE(stage.server.arrivedCount("/quick"), 0);
        stage.clock.advance(1s);
        QTRY_COMPARE(goodAnswers(stage), 100);
        QCOMPARE(stage.server.heldCount("/slow"), trialWindow);
    }

    void theHeadersOfAnEventStreamProveTheToken()
    {
        Stage stage(Through::GoodToken);
        begin(stage);
        for (int i = 0; i < trialWindow; ++i)
            stage.get("/slow");
        getMany(stage, 100);
        QTRY_COMPARE(stage.server.heldCount("/slow"), trialWindow);
        stage.server.sayTo("/slow", 0,
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            "Transfer-Encoding: chunked\r\n\r\n2\r\n\n\n\r\n");
        QTRY_COMPARE(goodAnswers(stage), 100);
    }
};

QTEST_GUILESS_MAIN(Http2Window)
#include "tst_http2window.moc"
