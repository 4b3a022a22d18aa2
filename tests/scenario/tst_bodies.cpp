// Race 24: a replayed request carries the caller's body byte for byte, or the request is not
// replayed.
#include "tests/support/pipe.h"
#include "tests/support/world.h"

#include <QtCore/QTemporaryFile>
#include <QtNetwork/QHttpMultiPart>

using namespace Qt::StringLiterals;
using test::bytes;
using test::Pipe;
using test::sha256;
using test::World;

namespace {

// The server's answer to POST /api/echo: the length and SHA-256 of the body that it received.
[[nodiscard]] QJsonObject echoed(const test::Caller &caller)
{
    return QJsonDocument::fromJson(caller.body).object();
}

} // namespace

class Bodies : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] static QNetworkRequest echo(const World &world)
    {
        auto request = world.request(u"/api/echo"_s);
        request.setRawHeader("Content-Type", "application/octet-stream");
        return request;
    }

private Q_SLOTS:
    void bytesAreReplayed_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("count");
        QTest::newRow("empty") << 0 << 1;
        QTest::newRow("one byte") << 1 << 3;
        QTest::newRow("64 KiB, three at once") << 64 * 1024 << 3;
        QTest::newRow("64 KiB, a hundred at once") << 64 * 1024 << 100;
        QTest::newRow("4 MiB") << 4 * 1024 * 1024 << 1;
    }
    void bytesAreReplayed()
    {
        QFETCH(int, size);
        QFETCH(int, count);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        const QByteArray body = bytes(size);
        for (int i = 0; i < count; ++i)
            world.post(body);
        QTRY_COMPARE(world.endedWith(200), count);
        for (const auto &caller : world.callers) {
            QCOMPARE(echoed(*caller)["length"_L1].toInt(), size);
            QCOMPARE(echoed(*caller)["sha256"_L1].toString().toLatin1(), sha256(body));
        }
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QVERIFY(world.backend.transcript(u"[A?] -> 401"_s).size() <= 8);
    }

    void devicesAreRewoundToWhereTheyStood_data()
    {
        QTest::addColumn<bool>("file");
        QTest::addColumn<int>("start");
        QTest::newRow("a buffer from its start") << false << 0;
        QTest::newRow("a buffer from its middle") << false << 1000;
        QTest::newRow("a file from its start") << true << 0;
        QTest::newRow("a file from its middle") << true << 70000;
    }
    void devicesAreRewoundToWhereTheyStood()
    {
        QFETCH(bool, file);
        QFETCH(int, start);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        const QByteArray content = bytes(200'000);
        QTemporaryFile temporary;
        QBuffer buffer;
        QIODevice &device = file ? static_cast<QIODevice &>(temporary) : buffer;
        QVERIFY(file ? temporary.open() : buffer.open(QIODevice::ReadWrite));
        QCOMPARE(device.write(content), content.size());
        QVERIFY(device.seek(start));
        auto &caller = world.watch(world.manager->post(echo(world), &device));
        QTRY_COMPARE(caller.status, 200);
        QCOMPARE(echoed(caller)["sha256"_L1].toString().toLatin1(), sha256(content.mid(start)));
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), 2);
    }

    void multipartsAreReplayed()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QTemporaryFile file;
        QVERIFY(file.open());
        QVERIFY(file.write(bytes(100'000)) > 0);
        QVERIFY(file.seek(0));
        QHttpMultiPart parts(QHttpMultiPart::FormDataType);
        parts.setBoundary("limit");
        QHttpPart text;
        text.setRawHeader("Content-Disposition", "form-data; name=\"a\"");
        text.setBody("1");
        QHttpPart upload;
        upload.setRawHeader("Content-Disposition", "form-data; name=\"f\"");
        upload.setBodyDevice(&file);
        parts.append(text);
        parts.append(upload);
        auto &caller = world.watch(world.manager->post(world.request(u"/api/echo"_s), &parts));
        QTRY_COMPARE(caller.status, 200);
        const QByteArray sent = "--limit\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
                                "--limit\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n"
            + bytes(100'000) + "\r\n--limit--\r\n";
        // Qt 6.8 writes the parts' header names in lower case.
        const auto small = QByteArray(sent).replace("Content-Disposition", "content-disposition");
        const auto arrived = echoed(caller)["sha256"_L1].toString().toLatin1();
        QVERIFY(arrived == sha256(sent) || arrived == sha256(small));
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), 2);
    }

    // The refresh serves the others and the next request; the caller of this request gets the 401.
    void aOneShotBodyIsNotReplayed()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        auto request = echo(world);
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        Pipe stream(bytes(5000));
        QSignalSpy refreshed(world.session.get(), &authcore::AuthSession::tokensRefreshed);
        auto &caller = world.watch(world.manager->post(request, &stream));
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.status, 401);
        QCOMPARE(caller.error, QNetworkReply::AuthenticationRequiredError);
        QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), 1);
        Pipe again(bytes(5000));
        auto &second = world.watch(world.manager->post(request, &again));
        QTRY_COMPARE(second.status, 200);
        QCOMPARE(echoed(second)["sha256"_L1].toString().toLatin1(), sha256(bytes(5000)));
    }

    // RefreshPolicy::largeUpload and uploadLeeway, with a token that lives for 900 s.
    void uploadsDoNotLeaveWithATokenAtItsEnd_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("secondsLeft");
        QTest::addColumn<QStringList>("onTheWire");
        const QStringList refreshed {
            u"POST /authorization/refresh [R1] -> 200"_s, u"POST /api/echo [A2] -> 200"_s};
        const QStringList asItIs {u"POST /api/echo [A1] -> 200"_s};
        constexpr int mega = 1 << 20;
        const auto row = [](const char *name, const char *kind, int size, int secondsLeft,
                             const QStringList &onTheWire) {
            QTest::addRow("%s: %s", kind, name)
                << QByteArray(kind) << size << secondsLeft << onTheWire;
        };
        for (const char *kind : {"bytes", "file", "multipart", "pipe", "pipe of known length"}) {
            const int overhead = QByteArray(kind) == "multipart" ? 100 : 0;
            row("a small body needs little time", kind, mega - overhead - 1, 100, asItIs);
            row("a large one waits for a refresh", kind, mega, 100, refreshed);
            row("unless there is time enough", kind, mega, 121, asItIs);
        }
        row("what is sent only once waits, too", "one-shot pipe", 1000, 100, refreshed);
        row("but not too early", "one-shot pipe", 1000, 121, asItIs);
    }
    void uploadsDoNotLeaveWithATokenAtItsEnd()
    {
        QFETCH(QByteArray, kind);
        QFETCH(int, size);
        QFETCH(int, secondsLeft);
        World world;
        QVERIFY(world.signIn());
        world.clock.advance(std::chrono::seconds(900 - secondsLeft));
        const QByteArray content = bytes(size);
        Pipe pipe(content);
        QTemporaryFile file;
        QVERIFY(file.open() && file.write(content) == size && file.seek(0));
        QHttpMultiPart parts;
        parts.setBoundary("limit");
        QHttpPart part;
        part.setBodyDevice(&file);
        parts.append(part);
        auto request = echo(world);
        if (kind == "pipe of known length" || kind == "one-shot pipe")
            request.setHeader(QNetworkRequest::ContentLengthHeader, size);
        request.setAttribute(
            QNetworkRequest::DoNotBufferUploadDataAttribute, kind == "one-shot pipe");
        auto &caller = world.watch(kind == "bytes" ? world.manager->post(request, content)
                : kind == "file"                   ? world.manager->post(request, &file)
                : kind == "multipart"              ? world.manager->post(request, &parts)
                                                   : world.manager->post(request, &pipe));
        QVERIFY(caller.waitUntilFinished());
        const QByteArray sent =
            kind == "multipart" ? "--limit\r\n\r\n" + content + "\r\n--limit--\r\n" : content;
        QCOMPARE(echoed(caller)["sha256"_L1].toString().toLatin1(), sha256(sent));
        QTEST(world.backend.transcript(), "onTheWire");
    }

    // The refresh was only a precaution: when it fails, the token is still good.
    void uploadsLeaveWhenTheEarlyRefreshFails()
    {
        World world;
        QVERIFY(world.signIn());
        world.clock.advance(std::chrono::seconds(800));
        world.backend.answerRefreshes(demobackend::RefreshAnswer::ServerError, 1000);
        world.post(bytes(2 << 20));
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // After finished() the reply does not touch the caller's device any more.
    void theDeviceMayDieAfterTheReply()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        auto file = std::make_unique<QTemporaryFile>();
        QVERIFY(file->open());
        QVERIFY(file->write(bytes(1000)) == 1000);
        QVERIFY(file->seek(0));
        auto &caller = world.watch(world.manager->post(echo(world), file.get()));
        connect(caller.reply, &QNetworkReply::finished, this, [&] { file.reset(); });
        QTRY_COMPARE(caller.status, 200);
        delete caller.reply;
        world.get();
        QTRY_COMPARE(world.callers.back()->status, 200);
    }

    // The methods that carry a body, and those that carry none.
    void everyMethodIsReplayed_data()
    {
        QTest::addColumn<QByteArray>("verb");
        for (const char *verb : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
            QTest::newRow(verb) << QByteArray(verb);
    }
    void everyMethodIsReplayed()
    {
        QFETCH(QByteArray, verb);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/x"_s).replies(401).always({200, {}, {}});
        auto request = echo(world);
        request.setUrl(world.url(u"/x"_s));
        QNetworkReply *reply = nullptr;
        if (verb == "GET")
            reply = world.manager->get(request);
        else if (verb == "HEAD")
            reply = world.manager->head(request);
        else if (verb == "POST")
            reply = world.manager->post(request, QByteArray("body"));
        else if (verb == "PUT")
            reply = world.manager->put(request, QByteArray("body"));
        else if (verb == "DELETE")
            reply = world.manager->deleteResource(request);
        else
            reply = world.manager->sendCustomRequest(request, verb, QByteArray("body"));
        auto &caller = world.watch(reply);
        QTRY_COMPARE(caller.status, 200);
        QCOMPARE(world.backend.transcript(u" /x"_s),
            (QStringList {QString::fromLatin1(verb + " /x [A1] -> 401"),
                QString::fromLatin1(verb + " /x [A2] -> 200")}));
        const bool hasBody = verb != "GET" && verb != "HEAD" && verb != "DELETE";
        QCOMPARE(
            world.backend.on(u"/x"_s).arrivedBody(1), hasBody ? QByteArray("body") : QByteArray());
    }

    void largeAnswersStreamThrough()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.answerResources(demobackend::ResourceAnswer::Large);
        QNetworkReply *reply = world.manager->get(world.request());
        constexpr qint64 kilo = 1024;
        reply->setReadBufferSize(64 * kilo);
        qint64 received = 0;
        qint64 most = 0;
        connect(reply, &QIODevice::readyRead, this, [&] {
            most = qMax(most, reply->bytesAvailable());
            received += reply->read(16 * kilo).size();
        });
        connect(
            reply, &QNetworkReply::finished, this, [&] { received += reply->readAll().size(); });
        const auto readOn = [&] {
            received += reply->read(1 << 20).size();
            return reply->isFinished() && reply->bytesAvailable() == 0;
        };
        QVERIFY(test::waitFor(readOn));
        QCOMPARE(received, 8 * kilo * kilo);
        QVERIFY2(most <= 256 * kilo, qPrintable(QString::number(most)));
        delete reply;
    }
};

QTEST_GUILESS_MAIN(Bodies)
#include "tst_bodies.moc"
