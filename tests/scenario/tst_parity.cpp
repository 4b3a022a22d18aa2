// Replies behave like Qt's own: methods, bodies and answers.
#include "tests/support/parity.h"
#include "tests/support/pipe.h"

#include <QtCore/QBuffer>
#include <QtCore/QSet>
#include <QtCore/QTemporaryFile>
#include <QtNetwork/QHttpMultiPart>
#include <QtTest/QSignalSpy>

#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::bytes;
using test::Pipe;
using test::Scenario;
using test::Stage;
using test::Through;

namespace {

[[nodiscard]] QNetworkRequest typed(const Stage &stage, const QByteArray &path = "/echo")
{
    QNetworkRequest request = stage.request(path);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"text/plain"_s);
    return request;
}

// Answers with what arrived.
[[nodiscard]] QByteArray echo(const test::RawServer::Request &request)
{
    const QByteArray body = request.verb + " " + test::Recorder::digest(request.body);
    return test::http("200 OK", {{"Content-Type", request.header("Content-Type")}}, body);
}

[[nodiscard]] QTemporaryFile *fileWith(const QByteArray &content, QObject *parent)
{
    auto *file = new QTemporaryFile(parent);
    if (!file->open() || file->write(content) != content.size() || !file->seek(0))
        qFatal("no temporary file");
    return file;
}

//! How a body from a device is announced.
enum class Announced { Not, WithItsLength, WithItsLengthAndUnbuffered };

[[nodiscard]] QNetworkRequest announcing(Announced how, qint64 size, QNetworkRequest request)
{
    if (how != Announced::Not)
        request.setHeader(QNetworkRequest::ContentLengthHeader, size);
    if (how == Announced::WithItsLengthAndUnbuffered)
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    return request;
}

[[nodiscard]] QNetworkReply *postPipe(Stage &stage, Announced how, int size)
{
    auto *pipe = new Pipe(bytes(size));
    pipe->setParent(stage.manager.get());
    return stage.manager->post(announcing(how, size, typed(stage)), pipe);
}

using Send = std::function<QNetworkReply *(Stage &)>;

void sendRow(const char *name, const Send &send)
{
    QTest::newRow(name) << Scenario([send](Stage &stage) {
        stage.server.on("/echo", echo);
        stage.record(send(stage));
    });
}

void answerRow(const char *name, const QByteArray &bytes,
    test::RawServer::Then then = test::RawServer::Then::KeepOpen)
{
    QTest::newRow(name) << Scenario([bytes, then](Stage &stage) {
        stage.server.on(
            "/x", [bytes](const auto &) { return bytes; }, then);
        stage.get("/x");
    });
}

// The connection closes after `bytes`.
void brokenRow(const char *name, const QByteArray &bytes, qint64 available)
{
    QTest::newRow(name) << Scenario([bytes, available](Stage &stage) {
        stage.server.holds("/x");
        auto &seen = stage.get("/x");
        if (!test::eventually([&] { return stage.server.heldCount("/x") == 1; }))
            return;
        stage.server.say("/x", bytes);
        if (test::eventually([&] { return seen.reply()->bytesAvailable() == available; }))
            stage.server.hangUp("/x");
    });
}

} // namespace

class Parity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void methodsAndBodies_data()
    {
        QTest::addColumn<Scenario>("scenario");
        sendRow("GET", [](Stage &s) { return s.manager->get(s.request("/echo")); });
        sendRow("HEAD", [](Stage &s) { return s.manager->head(s.request("/echo")); });
        sendRow("DELETE", [](Stage &s) { return s.manager->deleteResource(s.request("/echo")); });
        sendRow("POST of bytes", [](Stage &s) { return s.manager->post(typed(s), "body"); });
        sendRow(
            "POST of no bytes", [](Stage &s) { return s.manager->post(typed(s), QByteArray()); });
        sendRow("POST of nothing",
            [](Stage &s) { return s.manager->post(typed(s), static_cast<QIODevice *>(nullptr)); });
        sendRow("POST of many bytes",
            [](Stage &s) { return s.manager->post(typed(s), bytes(700'000)); });
        sendRow("PUT of bytes", [](Stage &s) { return s.manager->put(typed(s), "body"); });
        sendRow("PATCH", [](Stage &s) {
            return s.manager->sendCustomRequest(typed(s), "PATCH", QByteArray("body"));
        });
        sendRow("a custom verb without a body",
            [](Stage &s) { return s.manager->sendCustomRequest(s.request("/echo"), "PURGE"); });
        sendRow("POST of a buffer, from its middle", [](Stage &s) {
            auto *buffer = new QBuffer(s.manager.get());
            buffer->setData("not this: body");
            buffer->open(QIODevice::ReadOnly);
            buffer->seek(10);
            return s.manager->post(typed(s), buffer);
        });
        sendRow("a custom GET with a body", [](Stage &s) {
            return s.manager->sendCustomRequest(typed(s), "GET", QByteArray("body"));
        });
        sendRow("a custom DELETE with a body", [](Stage &s) {
            return s.manager->sendCustomRequest(typed(s), "DELETE", QByteArray("body"));
        });
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
        sendRow("GET with a body",
            [](Stage &s) { return s.manager->get(typed(s), QByteArray("body")); });
        sendRow("GET with a file as its body", [](Stage &s) {
            return s.manager->get(typed(s), fileWith(bytes(100'000), s.manager.get()));
        });
#endif
        sendRow("PUT of nothing",
            [](Stage &s) { return s.manager->put(typed(s), static_cast<QIODevice *>(nullptr)); });
        sendRow("PUT of a file", [](Stage &s) {
            return s.manager->put(typed(s), fileWith(bytes(100'000), s.manager.get()));
        });
        sendRow("POST of a file, unbuffered", [](Stage &s) {
            return s.manager->post(
                announcing(Announced::WithItsLengthAndUnbuffered, 100'000, typed(s)),
                fileWith(bytes(100'000), s.manager.get()));
        });
        sendRow("a custom verb with a file", [](Stage &s) {
            return s.manager->sendCustomRequest(
                typed(s), "PATCH", fileWith(bytes(100'000), s.manager.get()));
        });
        for (const int size : {0, 4, 300'000, 3'000'000}) {
            const QByteArray name = "POST of a pipe of " + QByteArray::number(size) + " bytes";
            sendRow(
                name.constData(), [size](Stage &s) { return postPipe(s, Announced::Not, size); });
            sendRow(QByteArray(name + ", which is said beforehand").constData(),
                [size](Stage &s) { return postPipe(s, Announced::WithItsLength, size); });
        }
        sendRow("a custom verb with a pipe", [](Stage &s) {
            auto *pipe = new Pipe(bytes(4000));
            pipe->setParent(s.manager.get());
            return s.manager->sendCustomRequest(typed(s), "PATCH", pipe);
        });
        for (const int size : {0, 100'000}) {
            sendRow(size == 0 ? "POST of a multipart" : "POST of a multipart with a file",
                [size](Stage &s) {
                    auto *parts = new QHttpMultiPart(QHttpMultiPart::FormDataType);
                    parts->setBoundary("boundary");
                    QHttpPart part;
                    part.setHeader(
                        QNetworkRequest::ContentDispositionHeader, u"form-data; name=\"a\""_s);
                    part.setBody("first");
                    parts->append(part);
                    if (size > 0) {
                        part.setBodyDevice(fileWith(bytes(size), parts));
                        parts->append(part);
                    }
                    QNetworkReply *reply = s.manager->post(s.request("/echo"), parts);
                    parts->setParent(reply);
                    return reply;
                });
        }
    }
    void methodsAndBodies()
    {
        test::compareWithPlain();
    }

    // Differs on purpose: a body that can be sent once is not sent again, so its challenge is
    // delivered.
    void oneShotBodies_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const int size : {0, 4, 300'000, 3'000'000}) {
            sendRow(QByteArray("a pipe of " + QByteArray::number(size) + " bytes").constData(),
                [size](
                    Stage &s) { return postPipe(s, Announced::WithItsLengthAndUnbuffered, size); });
        }
    }
    void oneShotBodies()
    {
        QFETCH(Scenario, scenario);
        const QByteArray differs =
            test::differenceFromPlain(scenario, {Through::Unprotected, Through::GoodToken});
        QVERIFY2(differs.isEmpty(), differs.constData());
        Stage stage(Through::Challenged);
        scenario(stage);
        QVERIFY(stage.settled());
        const QNetworkReply &reply = *stage.recorders.back()->reply();
        QCOMPARE(reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), 401);
        QCOMPARE(stage.server.arrivedCount("/echo"), 1);
    }

    void answers_data()
    {
        QTest::addColumn<Scenario>("scenario");
        const test::RawHeaders text {{"Content-Type", "text/plain"}, {"Set-Cookie", "a=1"},
            {"Set-Cookie", "b=2"}, {"X-Twice", "one"}, {"X-Twice", "two"}, {"ETag", "\"1\""}};
        const auto hangUp = test::RawServer::Then::HangUp;
        answerRow("200", test::http("200 OK", text, "body"));
        answerRow("200, empty", test::http("200 OK", text, ""));
        answerRow("200, large", test::http("200 OK", text, bytes(3'000'000)));
        answerRow("201", test::http("201 Created", {{"Location", "/y"}}, "made"));
        answerRow("a length that is said twice",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody");
        const test::RawHeaders known {{"Content-Type", "text/plain"}, {"Location", "http://x/y"},
            {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Cookie", "a=1"},
            {"Set-Cookie", "a=1; Path=/"}, {"Content-Disposition", "inline"}, {"User-Agent", "a"},
            {"Server", "b"}, {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"},
            {"ETag", "\"1\""}, {"If-Match", "\"1\", \"2\""}, {"If-None-Match", "*"}};
        answerRow("all headers that Qt knows", test::http("200 OK", known, "body"));
        test::RawHeaders twice = known;
        twice.insert(twice.end(), known.begin(), known.end());
        answerRow("all headers that Qt knows, twice", test::http("200 OK", twice, "body"));
        answerRow("204", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n");
        answerRow(
            "206", test::http("206 Partial Content", {{"Content-Range", "bytes 0-3/9"}}, "part"));
        answerRow("300", test::http("300 Multiple Choices", {{"Location", "/y"}}, "choose"));
        answerRow("304", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
        for (const int status : {400, 402, 403, 404, 405, 409, 410, 418, 429, 500, 501, 502, 503})
            answerRow(QByteArray::number(status).constData(),
                test::http(QByteArray::number(status) + " No Way", text, "because"));
        answerRow("404, empty", test::http("404 Not Found", {}, ""));
        answerRow("404, large", test::http("404 Not Found", {}, bytes(500'000)));
        answerRow("no reason phrase", test::http("200", {}, "body"));
        answerRow("an odd status", test::http("299 Hm", {}, "body"));
        answerRow("chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
        answerRow("gzip",
            test::http("200 OK", {{"Content-Encoding", "gzip"}},
                QByteArray::fromBase64("H4sIAAAAAAACA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==")));
        answerRow("deflate, large",
            test::http("200 OK", {{"Content-Encoding", "deflate"}},
                // Without the size, which only qUncompress() wants.
                qCompress(bytes(3'000'000)).mid(4)));
        answerRow("gzip that is none",
            test::http("200 OK", {{"Content-Encoding", "gzip"}}, "this is no gzip, is it"));
        answerRow("until the connection closes", "HTTP/1.1 200 OK\r\nX-A: b\r\n\r\nbody", hangUp);
        answerRow("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nbody", hangUp);
        answerRow("closed in the headers", "HTTP/1.1 200 OK\r\nX-A", hangUp);
        answerRow("more than it says", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbody", hangUp);
        answerRow("a bad length", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nbody", hangUp);
        answerRow("a bad chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", hangUp);
        answerRow("no http", "what do you want?\r\n\r\n", hangUp);
        answerRow("headers without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\nbody", hangUp);
    }
    void answers()
    {
        test::compareWithPlain();
    }

    // The answer goes into one block of memory, which the reply offers.
    void downloadBuffer_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const int size : {100'000, 300'000}) {
            QTest::addRow("%d of 200000 bytes", size) << Scenario([size](Stage &stage) {
                stage.server.on(
                    "/x", [size](const auto &) { return test::http("200 OK", {}, bytes(size)); });
                auto request = stage.request("/x");
                request.setAttribute(QNetworkRequest::MaximumDownloadBufferSizeAttribute, 200'000);
                stage.record(stage.manager->get(request));
            });
        }
    }
    void downloadBuffer()
    {
        test::compareWithPlain();
    }

    // A connection that closes too early: Qt 6.4 reports an error or success, depending on its
    // threads. Our reply reports one of Qt's results.
    void brokenAnswers_data()
    {
        QTest::addColumn<Scenario>("scenario");
        brokenRow("closed before the end", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 4);
        brokenRow("chunked, closed before the end",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 5);
    }
    void brokenAnswers()
    {
        QFETCH(Scenario, scenario);
        for (const auto through : {Through::Unprotected, Through::GoodToken, Through::Challenged}) {
            const QStringList ours = test::play(scenario, through);
            bool same = false;
            for (int tries = 0; !same && tries < 200; ++tries)
                same = test::play(scenario, Through::Plain) == ours;
            QVERIFY2(same, qPrintable(ours.join(u'\n')));
        }
    }

    // A challenge counts when it is complete. Qt reports one that is cut short as an error or as
    // complete; our reply then shows that error, or hides the challenge.
    void brokenChallenges_data()
    {
        QTest::addColumn<QByteArray>("challenge");
        QTest::addColumn<QSet<int>>("statuses"); // 0: none
        const QByteArray head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n";
        QTest::newRow("ends with the connection") << QByteArray(head + "\r\nwho?") << QSet {200};
        QTest::newRow("cut short")
            << QByteArray(head + "Content-Length: 100\r\n\r\nwho?") << QSet {0, 200};
        QTest::newRow("cut short between chunks")
            << QByteArray(head + "Transfer-Encoding: chunked\r\n\r\n4\r\nwho?\r\n")
            << QSet {0, 200};
        QTest::newRow("cut short in its headers") << head << QSet {0};
    }
    void brokenChallenges()
    {
        QFETCH(QByteArray, challenge);
        QFETCH(QSet<int>, statuses);
        Stage stage(Through::GoodToken);
        const auto answer = [challenge](const test::RawServer::Request &request) {
            const bool isNew = request.header("Authorization") == "Bearer good2";
            return isNew ? test::http("200 OK", {}, "body") : challenge;
        };
        stage.server.on("/x", answer, test::RawServer::Then::HangUp);
        QNetworkReply &reply = *stage.get("/x").reply();
        QVERIFY(stage.settled());
        const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        QVERIFY(statuses.contains(status));
        QCOMPARE(reply.error(),
            status == 200 ? QNetworkReply::NoError : QNetworkReply::RemoteHostClosedError);
        QCOMPARE(reply.readAll(), status == 200 ? "body" : "");
        QCOMPARE(stage.server.arrivedCount("/authorization/refresh"), status == 200 ? 1 : 0);
    }

    // A server may refuse an upload early and hang up; Qt and our reply then see only a lost
    // connection. A token near its expiry is therefore refreshed before.
    void aRefusalThatIsLost_data()
    {
        QTest::addColumn<bool>("isKnownToEnd");
        QTest::newRow("nobody knows when the token ends") << false;
        QTest::newRow("the token is known to end soon") << true;
    }
    void aRefusalThatIsLost()
    {
        QFETCH(bool, isKnownToEnd);
        Stage stage(Through::Challenged);
        stage.server.on("/echo", echo);
        stage.server.refuseEarly();
        if (isKnownToEnd) {
            auto tokens = stage.session->tokens();
            tokens.expiresAt = std::chrono::floor<std::chrono::seconds>(stage.clock.now()) + 900s;
            stage.session->setTokens(tokens);
            stage.clock.advance(800s);
        }
        const QByteArray body = bytes(3'000'000);
        const QNetworkReply &reply = *stage.record(stage.manager->post(typed(stage), body)).reply();
        QVERIFY(stage.settled());
        const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        QVERIFY(status == 200
            || (!isKnownToEnd && status == 0 && reply.error() != QNetworkReply::NoError));
        QCOMPARE(stage.server.challengeCount() == 0, isKnownToEnd);
        QCOMPARE(stage.server.arrivedCount("/authorization/refresh"), status == 200 ? 1 : 0);
        QCOMPARE(stage.server.last("/echo").body == body, status == 200);
    }

    // Requests that Qt refuses to send.
    void noServer()
    {
        const QByteArray differs = test::differenceFromPlain([](Stage &stage) {
            stage.server.on("/x", echo);
            stage.get("/x");
            if (!stage.settled())
                return;
            stage.server.close();
            stage.manager->clearConnectionCache();
            stage.get("/x");
        });
        QVERIFY2(differs.isEmpty(), differs.constData());
    }

    // The caller is told once that its request was sent and once that a connection was made,
    // although the replay has a connection of its own.
    void aReplayIsNotTold_data()
    {
        QTest::addColumn<Through>("through");
        QTest::newRow("no replay") << Through::GoodToken;
        QTest::newRow("a replay") << Through::Challenged;
    }
    void aReplayIsNotTold()
    {
        QFETCH(Through, through);
        Stage stage(through);
        stage.server.on("/echo", echo);
        stage.server.refuseEarly(); // which closes the connection
        auto &reply = *stage.record(stage.manager->get(stage.request("/echo"))).reply();
        const QSignalSpy connecting(&reply, &QNetworkReply::socketStartedConnecting);
        const QSignalSpy sent(&reply, &QNetworkReply::requestSent);
        QVERIFY(stage.settled());
        QCOMPARE(stage.server.challengeCount(), through == Through::Challenged ? 1 : 0);
        QCOMPARE(reply.readAll(), "GET ");
        QCOMPARE(connecting.size(), 1);
        QCOMPARE(sent.size(), 1);
    }

    // Differs on purpose: a challenged upload starts again, at 0.
    void anUploadThatStartsAgainSaysSo()
    {
        Stage stage(Through::Challenged);
        stage.server.on("/echo", echo);
        auto request = typed(stage);
        request.setAttribute(QNetworkRequest::EmitAllUploadProgressSignalsAttribute, true);
        auto &seen = stage.record(stage.manager->post(request, bytes(300'000)));
        QVERIFY(stage.settled());
        const auto &uploads = seen.uploads();
        QCOMPARE(uploads.count(std::pair<qint64, qint64>(300'000, 300'000)), 2);
        QCOMPARE(uploads.count(std::pair<qint64, qint64>(0, 300'000)), 1);
        QCOMPARE(stage.recording().filter(u"PROBLEM"_s), QStringList());
    }
};

QTEST_GUILESS_MAIN(Parity)
#include "tst_parity.moc"
