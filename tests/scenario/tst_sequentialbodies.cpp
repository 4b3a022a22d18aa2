// Bodies from devices that can be read once, and devices that are closed or deleted.
#include "tests/support/pipe.h"
#include "tests/support/rawserver.h"
#include "tests/support/world.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryFile>
#include <QtNetwork/QHttpMultiPart>

#include <array>
#include <chrono>
#include <optional>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::bytes;
using test::Pipe;
using test::sha256;
using test::World;

namespace {

constexpr int large = 8'000'000; // more than socket buffers hold

//! A file that counts what is read from it.
class WatchedFile : public QTemporaryFile
{
public:
    explicit WatchedFile(const QByteArray &content)
    {
        if (!open() || write(content) != content.size() || !seek(0))
            qFatal("no temporary file");
    }
    [[nodiscard]] qint64 taken() const { return m_taken; }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = QTemporaryFile::readData(data, maxSize);
        m_taken += qMax<qint64>(0, count);
        return count;
    }

private:
    qint64 m_taken = 0;
};

[[nodiscard]] QNetworkRequest echo(const World &world, std::optional<qint64> length = {})
{
    auto request = world.request(u"/api/echo"_s);
    request.setRawHeader("Content-Type", "application/octet-stream");
    if (length)
        request.setHeader(QNetworkRequest::ContentLengthHeader, *length);
    return request;
}

// The server's echo describes this body.
[[nodiscard]] bool hasArrived(const test::Caller &caller, const QByteArray &content)
{
    const QJsonObject echo = QJsonDocument::fromJson(caller.body).object();
    return echo["length"_L1].toInteger() == content.size()
        && echo["sha256"_L1].toString().toLatin1() == sha256(content);
}

//! Bytes read by all system calls of this process, from files and sockets. 0: the system does not
//! tell.
[[nodiscard]] qint64 bytesRead()
{
    QFile counters(u"/proc/self/io"_s);
    if (!counters.open(QIODevice::ReadOnly))
        return 0;
    return counters.readLine().split(' ').value(1).trimmed().toLongLong(); // "rchar: 123"
}

} // namespace

Q_DECLARE_METATYPE(std::optional<qint64>)

class SequentialBodies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSlowDeviceIsWaitedFor_data()
    {
        QTest::addColumn<std::optional<qint64>>("length");
        QTest::addColumn<qint64>("limit");
        QTest::newRow("of unknown length") << std::optional<qint64>() << qint64(1000);
        QTest::newRow("of known length, kept in memory")
            << std::optional<qint64>(6000) << qint64(10'000);
        QTest::newRow("of known length, as it is sent")
            << std::optional<qint64>(6000) << qint64(1000);
        QTest::newRow("without any memory") << std::optional<qint64>(6000) << qint64(0);
    }
    void aSlowDeviceIsWaitedFor()
    {
        QFETCH(std::optional<qint64>, length);
        QFETCH(qint64, limit);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.manager->setBodyMemoryLimit(limit);
        Pipe pipe;
        auto &caller = world.watch(world.manager->post(echo(world, length), &pipe));
        const QByteArray content = bytes(6000);
        for (int i = 0; i < 6; ++i) {
            pipe.feed(content.mid(qsizetype(i) * 1000, 1000));
            QTRY_COMPARE(pipe.taken(), qint64 {i + 1} * 1000);
            // The last piece completes a body of known length, without an end of the device.
            if (i < 5)
                QCOMPARE(caller.finished, 0);
        }
        pipe.finish();
        QTRY_COMPARE(caller.status, 200);
        QVERIFY(hasArrived(caller, content));
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), 2);
    }

    // A slow producer does not block other requests.
    void whatIsStillCollectedTakesNoPlace()
    {
        World world;
        QVERIFY(world.signIn());
        std::array<Pipe, 20> pipes;
        for (Pipe &pipe : pipes)
            world.watch(world.manager->post(echo(world, 5000), &pipe));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        for (Pipe &pipe : pipes)
            pipe.feed(bytes(5000));
        QTRY_COMPARE(world.endedWith(200), 21);
    }

    // The device is read no faster than the network takes the body, and so is the kept copy.
    void thereIsBackPressure_data()
    {
        QTest::addColumn<bool>("isOneShot");
        QTest::addColumn<bool>("isReplayed");
        QTest::newRow("kept") << false << false;
        QTest::newRow("kept, sent again") << false << true;
        QTest::newRow("one-shot") << true << false;
    }
    void thereIsBackPressure()
    {
        QFETCH(bool, isOneShot);
        QFETCH(bool, isReplayed);
        if (isReplayed && bytesRead() == 0)
            QSKIP("the system does not tell");
        test::RawServer server;
        server.setChallengeHeaders({{"Connection", "close"}});
        World world([&server](auto &profile) {
            profile.protectedOrigins.append(authcore::originOf(server.url()));
        });
        QVERIFY(world.signIn());
        constexpr int size = 64 << 20;
        Pipe pipe(QByteArray(size, 'x'));
        auto request = echo(world, size);
        request.setUrl(server.url());
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, isOneShot);
        auto refresh = world.backend.on(u"/authorization/refresh"_s).hold();
        if (isReplayed) {
            world.breakAccess();
            world.watch(world.manager->post(request, &pipe));
            QVERIFY(test::eventually([&] { return refresh.heldCount() == 1; }));
        }
        server.pauseAccepting(); // from here on nobody reads from the connection
        const qint64 start = bytesRead();
        const auto taken = [&] { return isReplayed ? bytesRead() - start : pipe.taken(); };
        if (isReplayed)
            refresh.release();
        else
            world.watch(world.manager->post(request, &pipe));
        qint64 before = 0;
        QElapsedTimer sinceThen;
        const auto hasStopped = [&] {
            const qint64 now = taken() / 65'536; // the kept copy is read, too
            if (std::exchange(before, now) != now)
                sinceThen.start();
            return taken() > 2 << 20 && sinceThen.hasExpired(300);
        };
        QVERIFY(test::eventually(hasStopped));
        QVERIFY2(taken() < size / 2, qPrintable(QString::number(taken())));
        world.callers.back()->reply->abort();
    }

    // Qt itself sends again when a connection closes before an answer. The test uses PUT, since Qt
    // 6.11 repeats only idempotent methods.
    void qtMaySendAgainOnItsOwn_data()
    {
        QTest::addColumn<bool>("isOneShot");
        QTest::newRow("kept") << false;
        QTest::newRow("one-shot: it must not") << true;
    }
    void qtMaySendAgainOnItsOwn()
    {
        QFETCH(bool, isOneShot);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/api/echo"_s).drops();
        Pipe pipe(bytes(3'000'000));
        auto request = echo(world, 3'000'000);
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, isOneShot);
        auto &caller = world.watch(world.manager->put(request, &pipe));
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.status, isOneShot ? 0 : 200);
        QCOMPARE(hasArrived(caller, bytes(3'000'000)), !isOneShot);
        QCOMPARE(caller.error == QNetworkReply::NoError, !isOneShot);
        QCOMPARE(world.backend.transcript(u"PUT /api/echo"_s).size(), isOneShot ? 1 : 2);
    }

    void redirectsTakeTheBodyAlong()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/old"_s).replies({307, {{"Location", "/api/echo"}}, {}});
        Pipe pipe(bytes(100'000));
        auto request = echo(world);
        request.setUrl(world.url(u"/old"_s));
        auto &caller = world.watch(world.manager->post(request, &pipe));
        QTRY_COMPARE(caller.status, 200);
        QVERIFY(hasArrived(caller, bytes(100'000)));
    }

    // Progress grows, or starts again from 0 visibly.
    void progressDoesNotRunBackwards_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<bool>("isMoved"); // 307 instead of 401
        for (const char *kind : {"bytes", "file", "multipart", "pipe", "pipe of known length"}) {
            QTest::addRow("%s, challenged", kind) << QByteArray(kind) << false;
            QTest::addRow("%s, moved", kind) << QByteArray(kind) << true;
        }
    }
    void progressDoesNotRunBackwards()
    {
        QFETCH(QByteArray, kind);
        QFETCH(bool, isMoved);
        World world;
        QVERIFY(world.signIn());
        if (isMoved)
            world.backend.on(u"/api/echo"_s).replies({307, {{"Location", "/api/echo"}}, "moved"});
        else
            world.breakAccess();
        const QByteArray content = bytes(large);
        WatchedFile file(content);
        Pipe pipe(content);
        auto request = echo(world);
        request.setAttribute(QNetworkRequest::EmitAllUploadProgressSignalsAttribute, true);
        if (kind == "pipe of known length")
            request.setHeader(QNetworkRequest::ContentLengthHeader, large);
        QHttpMultiPart parts;
        QHttpPart part;
        part.setBodyDevice(&file);
        parts.append(part);
        QNetworkReply *reply = kind == "bytes" ? world.manager->post(request, content)
            : kind == "file"                   ? world.manager->post(request, &file)
            : kind == "multipart"              ? world.manager->post(request, &parts)
                                               : world.manager->post(request, &pipe);
        QList<std::pair<qint64, qint64>> seen;
        connect(reply, &QNetworkReply::uploadProgress, this, [&](qint64 sent, qint64 total) {
            seen.append({sent, total});
        });
        auto &caller = world.watch(reply);
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.status, 200);
        // Multipart bodies are a little longer.
        const qint64 size = qMax<qint64>(large, seen.value(0).second);
        QVERIFY(size == large || (kind == "multipart" && size < large + 200));
        int whole = 0;
        qint64 before = 0;
        for (const auto &[sent, total] : seen) {
            QVERIFY2(sent >= before || sent == 0, "backwards");
            QVERIFY(sent == 0 || total == size);
            whole += sent == size && before != size ? 1 : 0;
            before = sent;
        }
        QCOMPARE(whole, 2);
    }

    // A clear error, never a crash, and never a part of a body that passes as the whole.
    void aDeviceThatGoesAway_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<bool>("isSending"); // false: the body waits for a refresh
        QTest::addColumn<bool>("isDeleted"); // false: the device is closed
        for (const char *kind : {"file", "pipe", "pipe of known length", "one-shot pipe"}) {
            for (const bool isSending : {false, true}) {
                for (const bool isDeleted : {false, true})
                    QTest::addRow("%s, %s while it %s", kind, isDeleted ? "deleted" : "closed",
                        isSending ? "is sent" : "waits")
                        << QByteArray(kind) << isSending << isDeleted;
            }
        }
    }
    void aDeviceThatGoesAway()
    {
        QFETCH(QByteArray, kind);
        QFETCH(bool, isSending);
        QFETCH(bool, isDeleted);
        World world;
        QVERIFY(world.signIn());
        const QByteArray content = bytes(large);
        std::unique_ptr<QIODevice> device;
        if (kind == "file")
            device = std::make_unique<WatchedFile>(content);
        else
            device = std::make_unique<Pipe>(content);
        auto request = echo(world);
        if (kind == "pipe of known length" || kind == "one-shot pipe")
            request.setHeader(QNetworkRequest::ContentLengthHeader, large);
        request.setAttribute(
            QNetworkRequest::DoNotBufferUploadDataAttribute, kind == "one-shot pipe");
        auto refresh = world.backend.on(u"/authorization/refresh"_s);
        if (!isSending) {
            refresh.hold();
            world.session->refreshNow();
        }
        auto &caller = world.watch(world.manager->post(request, device.get()));
        const auto goAway = [&] { isDeleted ? device.reset() : device->close(); };
        bool isGone = false;
        connect(caller.reply, &QNetworkReply::uploadProgress, this, [&](qint64 sent) {
            if (isSending && sent > 0 && !std::exchange(isGone, true))
                goAway();
        });
        if (!isSending) {
            QTRY_COMPARE(refresh.heldCount(), 1);
            goAway();
            refresh.release();
        }
        QVERIFY(caller.waitUntilFinished());
        const bool isKept = kind == "pipe"; // the whole device was read beforehand
        if (isKept) {
            const bool mayMiss = isDeleted && !isSending; // there was no time to read the device
            QVERIFY(
                hasArrived(caller, content) || (mayMiss && caller.error != QNetworkReply::NoError));
        } else {
            QVERIFY(caller.error != QNetworkReply::NoError);
            QCOMPARE(caller.status, 0);
            QVERIFY2(caller.errorText.contains(u"body"), qPrintable(caller.errorText));
            const QStringList arrived = world.backend.transcript(u"POST /api/echo"_s);
            QVERIFY(arrived.filter(u"-> 200"_s).isEmpty());
        }
        world.get();
        QTRY_COMPARE(world.callers.back()->status, 200);
    }

    // After finished() the reply does not touch the caller's device any more.
    void theDeviceIsLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("end");
        for (const char *kind : {"file", "pipe", "pipe of known length", "one-shot pipe"}) {
            for (const char *end : {"aborted", "closed", "deleted", "its manager deleted"})
                QTest::addRow("%s, %s", kind, end) << QByteArray(kind) << QByteArray(end);
        }
    }
    void theDeviceIsLeftAlone()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, end);
        World world;
        QVERIFY(world.signIn());
        WatchedFile file(bytes(large));
        Pipe pipe;
        auto request = echo(world);
        if (kind == "pipe of known length" || kind == "one-shot pipe")
            request.setHeader(QNetworkRequest::ContentLengthHeader, large);
        request.setAttribute(
            QNetworkRequest::DoNotBufferUploadDataAttribute, kind == "one-shot pipe");
        const bool isFile = kind == "file";
        QNetworkReply *reply =
            isFile ? world.manager->post(request, &file) : world.manager->post(request, &pipe);
        auto &caller = world.watch(reply);
        pipe.feed(bytes(2'000'000));
        const auto taken = [&] { return isFile ? file.taken() : pipe.taken(); };
        QTRY_VERIFY(taken() > 0);
        if (end == "aborted")
            reply->abort();
        else if (end == "closed")
            reply->close();
        else if (end == "deleted")
            delete reply;
        else
            world.manager.reset();
        const qint64 before = taken();
        pipe.feed(bytes(1000));
        QCOMPARE(caller.finished, end == "aborted" || end == "closed" ? 1 : 0);
        if (!world.manager)
            world.manager = std::make_unique<authcore::AuthNetworkAccessManager>(*world.session);
        world.get();
        QTRY_COMPARE(world.callers.back()->status, 200);
        QCOMPARE(taken(), before);
    }

    // After a sign-out the collected body is not sent.
    void theSessionMayEndWhileABodyIsCollected()
    {
        World world;
        QVERIFY(world.signIn());
        Pipe pipe;
        auto &caller = world.watch(world.manager->post(echo(world), &pipe));
        pipe.feed(bytes(1000));
        QTRY_COMPARE(pipe.taken(), 1000);
        world.session->signOut();
        pipe.finish();
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.error, QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), 0);
    }

    void whereNothingCanBeKeptABodyIsSentOnce_data()
    {
        QTest::addColumn<bool>("isRefused");
        QTest::newRow("it arrives whole") << false;
        QTest::newRow("it gets its challenge") << true;
    }
    void whereNothingCanBeKeptABodyIsSentOnce()
    {
        QFETCH(bool, isRefused);
        World world;
        QVERIFY(world.signIn());
        if (isRefused)
            world.breakAccess();
        qputenv("TMPDIR", "/proc"); // a folder where nobody can create files
        Pipe pipe(bytes(3'000'000));
        auto &caller = world.watch(world.manager->post(echo(world), &pipe));
        QVERIFY(caller.waitUntilFinished());
        qunsetenv("TMPDIR");
        QCOMPARE(caller.status, isRefused ? 401 : 200);
        QCOMPARE(hasArrived(caller, bytes(3'000'000)), !isRefused);
        QCOMPARE(world.backend.transcript(u"POST /api/echo"_s).size(), 1);
    }
};

QTEST_GUILESS_MAIN(SequentialBodies)
#include "tst_sequentialbodies.moc"
