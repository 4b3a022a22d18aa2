// Replies behave like Qt's own: HTTP/2 over TLS. nginx, where it is installed, speaks HTTP/2 in
// front of the server that a test scripts.
#include "tests/support/http2proxy.h"
#include "tests/support/parity.h"
#include "tests/support/pipe.h"

using namespace Qt::StringLiterals;
using test::bytes;
using test::RawServer;
using test::Scenario;
using test::Stage;
using test::Through;

namespace {

void begin(Stage &stage)
{
    auto nginx = std::make_shared<Http2Proxy>();
    if (const QString problem = nginx->start(stage.server.url()); !problem.isEmpty())
        qFatal("%s", qPrintable(problem));
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromPath(nginx->certificateFile()));
    stage.standBehind(nginx->url(), tls);
    stage.front = nginx;
    stage.server.on("/echo", [](const RawServer::Request &request) {
        const QByteArray body = request.verb + " " + test::Recorder::digest(request.body);
        return test::http("200 OK", {{"Content-Type", request.header("Content-Type")}},
            request.verb == "HEAD" ? QByteArray() : body);
    });
}

void row(const char *name, const std::function<void(Stage &)> &act)
{
    QTest::newRow(name) << Scenario([act](Stage &stage) {
        begin(stage);
        act(stage);
    });
}

void answerRow(
    const char *name, const QByteArray &bytes, RawServer::Then then = RawServer::Then::KeepOpen)
{
    row(name, [bytes, then](Stage &stage) {
        stage.server.on(
            "/x", [bytes](const auto &) { return bytes; }, then);
        stage.get("/x");
    });
}

[[nodiscard]] QNetworkRequest typed(const Stage &stage)
{
    QNetworkRequest request = stage.request("/echo");
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
    return request;
}

using Send = std::function<QNetworkReply *(Stage &)>;

void sendRow(const char *name, const Send &send)
{
    row(name, [send](Stage &stage) { stage.record(send(stage)); });
}

// The server has the request, and the caller knows that it was sent.
[[nodiscard]] bool isSent(Stage &stage)
{
    return test::waitFor([&stage] {
        return stage.server.heldCount("/x") == int(stage.recorders.size())
            && std::all_of(stage.recorders.begin(), stage.recorders.end(),
                [](const auto &seen) { return !seen->lines().filter(u"requestSent"_s).isEmpty(); });
    });
}

// The caller acts in the slot of a signal.
void slotRow(const char *name, const QString &in, const std::function<void(QNetworkReply &)> &act)
{
    row(name, [in, act](Stage &stage) {
        stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
        stage.get("/x", [in, act](const QString &signal, QNetworkReply &reply) {
            if (signal == in)
                act(reply);
        });
    });
}

} // namespace

class ParityHttp2 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString missing = Http2Proxy::missing(); !missing.isEmpty())
            QSKIP(qPrintable(u"HTTP/2 is not looked at: "_s + missing));
    }

    // Without this test the others might run over HTTP/1.
    void itIsHttp2_data()
    {
        QTest::addColumn<Through>("through");
        for (const auto through :
            {Through::Plain, Through::Unprotected, Through::GoodToken, Through::Challenged})
            QTest::newRow(test::nameOf(through)) << through;
    }
    void itIsHttp2()
    {
        QFETCH(Through, through);
        Stage stage(through);
        begin(stage);
        auto &seen = stage.get("/echo");
        QVERIFY(stage.settled());
        QCOMPARE(seen.reply()->readAll(), "GET ");
        QVERIFY(seen.reply()->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool());
    }

    void methodsAndBodies_data()
    {
        QTest::addColumn<Scenario>("scenario");
        sendRow("GET", [](Stage &s) { return s.manager->get(s.request("/echo")); });
        sendRow("HEAD", [](Stage &s) { return s.manager->head(s.request("/echo")); });
        sendRow("DELETE", [](Stage &s) { return s.manager->deleteResource(s.request("/echo")); });
        sendRow("POST", [](Stage &s) { return s.manager->post(typed(s), "body"); });
        sendRow(
            "POST of no bytes", [](Stage &s) { return s.manager->post(typed(s), QByteArray()); });
        sendRow("POST of many bytes",
            [](Stage &s) { return s.manager->post(typed(s), bytes(700'000)); });
        sendRow("PATCH", [](Stage &s) {
            return s.manager->sendCustomRequest(typed(s), "PATCH", QByteArray("body"));
        });
        sendRow("HTTP/2 not allowed", [](Stage &s) {
            QNetworkRequest request = s.request("/echo");
            request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
            return s.manager->get(request);
        });
    }
    void methodsAndBodies() { test::compareWithPlain(); }

    void answers_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const test::RawHeaders text {{"Content-Type", "text/plain"}, {"Set-Cookie", "a=1"},
            {"Set-Cookie", "b=2"}, {"X-Twice", "one"}, {"X-Twice", "two"}, {"ETag", "\"1\""}};
        answerRow("200", test::http("200 OK", text, "body"));
        answerRow("200, empty", test::http("200 OK", text, ""));
        answerRow("200, large", test::http("200 OK", text, bytes(3'000'000)));
        answerRow("204", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n");
        answerRow("304", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
        for (const int status : {400, 403, 404, 409, 429, 500, 503})
            answerRow(QByteArray::number(status).constData(),
                test::http(QByteArray::number(status) + " No Way", text, "because"));
        answerRow("404, large", test::http("404 Not Found", {}, bytes(500'000)));
        answerRow("chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
        answerRow("gzip",
            test::http("200 OK", {{"Content-Encoding", "gzip"}},
                QByteArray::fromBase64("H4sIAAAAAAACA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==")));
        answerRow("no answer", "what do you want?\r\n\r\n", RawServer::Then::HangUp);
    }
    void answers() { test::compareWithPlain(); }

    void courses_data()
    {
        QTest::addColumn<Scenario>("scenario");
        row("twenty at once", [](Stage &stage) {
            stage.comparesConnecting = false;
            for (int i = 0; i < 20; ++i)
                stage.get("/echo");
        });
        row("two, one after the other", [](Stage &stage) {
            stage.get("/echo");
            if (stage.settled())
                stage.get("/echo");
        });
        row("a redirect", [](Stage &stage) {
            stage.server.on("/from", [](const auto &) {
                return test::http("302 Over There", {{"Location", "/echo"}}, "moved");
            });
            stage.get("/from");
        });
        row("a slow reader", [](Stage &stage) {
            stage.server.on(
                "/x", [](const auto &) { return test::http("200 OK", {}, bytes(2'000'000)); });
            auto read = std::make_shared<QByteArray>();
            auto &seen = stage.get("/x", [read](const QString &signal, QNetworkReply &reply) {
                if (signal == u"readyRead"_s || signal == u"readChannelFinished"_s)
                    *read += reply.readAll();
            });
            seen.reply()->setReadBufferSize(65'536);
            if (stage.settled())
                seen.note(u"read "_s + QString::fromLatin1(test::Recorder::digest(*read)));
        });
        slotRow("aborted in metaDataChanged", u"metaDataChanged"_s,
            [](QNetworkReply &reply) { reply.abort(); });
        slotRow("closed in metaDataChanged", u"metaDataChanged"_s,
            [](QNetworkReply &reply) { reply.close(); });
        slotRow(
            "aborted in readyRead", u"readyRead"_s, [](QNetworkReply &reply) { reply.abort(); });
        slotRow("deleted in metaDataChanged", u"metaDataChanged"_s,
            [](QNetworkReply &reply) { delete &reply; });
        row("aborted while it waits", [](Stage &stage) {
            stage.server.holds("/x");
            auto &seen = stage.get("/x");
            if (isSent(stage))
                seen.reply()->abort();
        });
        row("one aborted, the other goes on", [](Stage &stage) {
            stage.comparesConnecting = false;
            stage.server.holds("/x");
            auto &first = stage.get("/x");
            stage.get("/x");
            if (!isSent(stage))
                return;
            first.reply()->abort();
            stage.server.say("/x", test::http("200 OK", {}, "body"));
        });
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
        // Differs from newer versions: Qt shows the 401 before it asks, and adds its headers to
        // those of the 200. Our reply hides what may be a challenge.
        row("Basic of the server", [](Stage &stage) {
            stage.server.on("/x", [](const RawServer::Request &request) {
                return request.header("Authorization").startsWith("Basic")
                    ? test::http("200 OK", {}, "for whom it may concern")
                    : test::http(
                        "401 Who", {{"WWW-Authenticate", "Basic realm=\"there\""}}, "who?");
            });
            answersWhenAsked(stage);
            stage.get("/x");
        });
#endif
    }
    void courses()
    {
        test::compareWithPlain();
    }

#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0) // newer versions show a 401 only at its end
    void aChallengeCountsAtItsHeaders_data()
    {
        QTest::addColumn<int>("requests");
        QTest::addColumn<int>("challenges");
        QTest::newRow("one") << 1 << 1;
        QTest::newRow("more than HTTP/1 has connections") << 20 << 8;
    }
    void aChallengeCountsAtItsHeaders()
    {
        QFETCH(const int, requests);
        QFETCH(const int, challenges);
        Stage stage(Through::Challenged);
        begin(stage);
        stage.server.setChallengeBody("to be continued");
        stage.server.stallChallenges();
        for (int i = 0; i < requests; ++i)
            stage.get("/echo");
        QVERIFY(stage.settled());
        for (const auto &seen : stage.recorders)
            QCOMPARE(seen->reply()->readAll(), "GET ");
        QCOMPARE(stage.server.challengeCount(), challenges);
        QCOMPARE(stage.server.arrivedCount("/authorization/refresh"), 1);
    }
#endif

    void aTransferTimeout()
    {
        const QByteArray differs =
            test::differenceFromPlain(test::TimedScenario([](Stage &stage, int timeout) {
                begin(stage);
                QNetworkRequest request = stage.request("/x");
                request.setTransferTimeout(timeout);
                stage.record(stage.manager->get(request));
            }));
        QVERIFY2(differs.isEmpty(), differs.constData());
    }
};

QTEST_GUILESS_MAIN(ParityHttp2)
#include "tst_parityhttp2.moc"
