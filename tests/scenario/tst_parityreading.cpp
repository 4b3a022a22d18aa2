// Replies behave like Qt's own: reading in pieces, slowly, or not to the end.
#include "tests/support/parity.h"
#include "tests/support/pipe.h"

using namespace Qt::StringLiterals;
using test::Scenario;
using test::Stage;
using test::Through;

namespace {

constexpr qint64 large = 8'000'000; // more than socket buffers hold
constexpr qint64 bufferLimit = 65'536;

using Read = std::function<QByteArray(QNetworkReply &)>;

// The slots in which a caller reads, and how; the test records what was read.
void readRow(const char *how, const char *slot, const Read &read)
{
    const QString in = QString::fromLatin1(slot);
    QTest::addRow("%s in %s", how, slot) << Scenario([in, read](Stage &stage) {
        stage.server.on("/x", [](const auto &) {
            return test::http("200 OK", {}, "first line\nsecond line\nand the rest");
        });
        auto seen = std::make_shared<QPointer<test::Recorder>>();
        *seen = &stage.get("/x", [in, read, seen](const QString &signal, QNetworkReply &reply) {
            if (signal.startsWith(in))
                (*seen)->note(u"read "_s + QString::fromLatin1(read(reply)));
        });
    });
}

[[nodiscard]] QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

// The answer comes in three pieces, and `read` runs after each one.
void piecesRow(const char *name, const Read &read)
{
    QTest::newRow(name) << Scenario([read](Stage &stage) {
        stage.server.holds("/x");
        auto &seen = stage.get("/x");
        QNetworkReply *reply = seen.reply();
        const auto arrives = [&](const QByteArray &bytes, qint64 available, bool last = false) {
            stage.server.say("/x", bytes);
            if (!test::waitFor([&] {
                    return reply->bytesAvailable() == available && reply->isFinished() == last;
                }))
                seen.note(u"NEVER CAME"_s);
            seen.note(u"read "_s + QString::fromLatin1(read(*reply)));
            return reply->bytesAvailable();
        };
        if (!test::waitFor([&] { return stage.server.heldCount("/x") == 1; }))
            return;
        const qint64 left = arrives("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\none\ntwo", 7);
        const qint64 more = arrives("\nthree\nfo", left + 9);
        arrives("ur\n..", more + 5, true);
    });
}

} // namespace

class ParityReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reading_data()
    {
        QTest::addColumn<Scenario>("scenario");
        for (const auto *slot : {"readyRead", "metaDataChanged", "downloadProgress",
                 "readChannelFinished", "manager finished", "finished"}) {
            readRow("readAll", slot,
                [](QNetworkReply &reply) -> QByteArray { return reply.readAll(); });
            readRow(
                "read(5)", slot, [](QNetworkReply &reply) -> QByteArray { return reply.read(5); });
            readRow("peek", slot, [](QNetworkReply &reply) -> QByteArray {
                return reply.peek(5) + number(reply.bytesAvailable());
            });
            readRow("readLine", slot, [](QNetworkReply &reply) -> QByteArray {
                QByteArray lines;
                while (reply.canReadLine())
                    lines += "[" + reply.readLine() + "]";
                return lines + number(reply.bytesAvailable());
            });
            readRow("skip", slot, [](QNetworkReply &reply) -> QByteArray {
                const qint64 skipped = reply.skip(12);
                return number(skipped) + reply.read(6);
            });
            readRow("one by one", slot, [](QNetworkReply &reply) -> QByteArray {
                char c = '?';
                QByteArray bytes = number(qint64(reply.getChar(&c)));
                reply.ungetChar('!');
                return bytes + c + reply.read(3) + number(reply.bytesAvailable());
            });
            readRow("a transaction", slot, [](QNetworkReply &reply) -> QByteArray {
                reply.startTransaction();
                QByteArray bytes = reply.read(20);
                reply.rollbackTransaction();
                bytes += number(reply.bytesAvailable());
                reply.startTransaction();
                bytes += reply.read(4);
                reply.commitTransaction();
                return bytes + number(reply.bytesAvailable());
            });
            readRow("what it is", slot, [](QNetworkReply &reply) -> QByteArray {
                return number(qint64(reply.atEnd())) + number(reply.pos()) + number(reply.size())
                    + number(qint64(reply.isSequential())) + number(qint64(reply.isWritable()))
                    + number(reply.bytesToWrite()) + number(qint64(reply.isOpen()))
                    + number(reply.readBufferSize()) + number(qint64(reply.seek(3)))
                    + number(qint64(reply.reset()));
            });
        }
    }
    void reading() { test::compareWithPlain(); }

    void pieces_data()
    {
        QTest::addColumn<Scenario>("scenario");
        piecesRow("read all", [](QNetworkReply &reply) -> QByteArray { return reply.readAll(); });
        piecesRow("read two", [](QNetworkReply &reply) -> QByteArray { return reply.read(2); });
        piecesRow("peek", [](QNetworkReply &reply) -> QByteArray { return reply.peek(100); });
        piecesRow("peek, then read", [](QNetworkReply &reply) -> QByteArray {
            const QByteArray seen = reply.peek(3);
            return seen + reply.read(5) + number(reply.bytesAvailable());
        });
        piecesRow("lines", [](QNetworkReply &reply) -> QByteArray {
            QByteArray lines;
            while (reply.canReadLine())
                lines += "[" + reply.readLine() + "]";
            return lines + number(reply.bytesAvailable());
        });
        piecesRow(
            "part of a line", [](QNetworkReply &reply) -> QByteArray { return reply.readLine(4); });
        piecesRow("skip", [](QNetworkReply &reply) -> QByteArray { return number(reply.skip(4)); });
        piecesRow("at end?", [](QNetworkReply &reply) -> QByteArray {
            const QByteArray before = number(qint64(reply.atEnd()));
            return before + reply.readAll() + number(qint64(reply.atEnd()))
                + number(reply.read(1).size());
        });
        piecesRow("nothing", [](QNetworkReply &) { return QByteArray(); });
    }
    void pieces() { test::compareWithPlain(); }

    // A slow reader slows the server down: neither Qt nor our reply buffers what is not read.
    void aSlowReaderIsWaitedFor_data()
    {
        QTest::addColumn<Through>("through");
        for (const auto through :
            {Through::Plain, Through::Unprotected, Through::GoodToken, Through::Challenged})
            QTest::newRow(test::nameOf(through)) << through;
    }
    void aSlowReaderIsWaitedFor()
    {
        QFETCH(Through, through);
        Stage stage(through);
        stage.server.holds("/x");
        auto &seen = stage.get("/x");
        QNetworkReply *reply = seen.reply();
        reply->setReadBufferSize(bufferLimit);
        QCOMPARE(reply->readBufferSize(), bufferLimit);
        QTRY_COMPARE(stage.server.heldCount("/x"), 1);
        stage.server.say("/x", test::http("200 OK", {}, QByteArray(large, 'x')));
        qint64 most = 0;
        qint64 got = 0;
        const auto look = [&] { most = std::max(most, reply->bytesAvailable()); };
        connect(reply, &QIODevice::readyRead, this, look);
        QTRY_VERIFY(reply->bytesAvailable() >= bufferLimit / 2);
        while (got < large) {
            QVERIFY(test::waitFor([&] { return reply->bytesAvailable() > 0; }));
            look();
            got += reply->read(50'000).size();
        }
        QCOMPARE(got, large);
        QTRY_VERIFY(seen.isOver());
        QVERIFY2(most <= 4 * bufferLimit, QByteArray::number(most).constData());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        QCOMPARE(stage.recording().filter(u"PROBLEM"_s), QStringList());
    }

    // A hidden body cannot be read; it is drained without a reader.
    void whatIsHiddenDrains_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {401, 302, 307})
            QTest::addRow("%d", status) << status;
    }
    void whatIsHiddenDrains()
    {
        QFETCH(int, status);
        Stage stage(status == 401 ? Through::Challenged : Through::GoodToken);
        const QByteArray hidden(large, 'h');
        stage.server.setChallengeBody(hidden);
        stage.server.on("/from", [status, hidden](const auto &) {
            return test::http(QByteArray::number(status) + " There", {{"Location", "/x"}}, hidden);
        });
        stage.server.on("/x", [](const auto &) { return test::http("200 OK", {}, "body"); });
        QNetworkReply &reply = *stage.get(status == 401 ? "/x" : "/from").reply();
        reply.setReadBufferSize(1000);
        QVERIFY(stage.settled());
        QCOMPARE(stage.server.challengeCount(), status == 401 ? 1 : 0);
        QCOMPARE(reply.readAll(), "body");
        QCOMPARE(reply.readBufferSize(), 1000);
        QCOMPARE(stage.recording().filter(u"PROBLEM"_s), QStringList());
    }

    // Qt decompresses while the caller reads.
    void whatIsCompressedMayBeReadSlowly_data() { aSlowReaderIsWaitedFor_data(); }
    void whatIsCompressedMayBeReadSlowly()
    {
        QFETCH(Through, through);
        Stage stage(through);
        const QByteArray content = test::bytes(3'000'000);
        stage.server.on("/x", [content](const auto &) {
            return test::http("200 OK", {{"Content-Encoding", "deflate"}},
                qCompress(content).mid(4)); // without the size, which only qUncompress() wants
        });
        QByteArray got;
        QNetworkReply &reply = *stage.get("/x").reply();
        reply.setReadBufferSize(bufferLimit);
        QTimer now;
        connect(&now, &QTimer::timeout, this, [&] { got += reply.read(20'000); });
        now.start(0);
        QVERIFY(stage.settled());
        got += reply.readAll();
        QVERIFY(got == content);
        QVERIFY(!reply.hasRawHeader("Content-Length")); // of the compressed bytes
        QCOMPARE(stage.recording().filter(u"PROBLEM"_s), QStringList());
    }

    // The buffer size is set and reset while the answer arrives.
    void theBufferSizeMayChange_data() { aSlowReaderIsWaitedFor_data(); }
    void theBufferSizeMayChange()
    {
        QFETCH(Through, through);
        Stage stage(through);
        stage.server.on(
            "/x", [](const auto &) { return test::http("200 OK", {}, QByteArray(large, 'x')); });
        qint64 read = 0;
        auto &seen = stage.get("/x", [&read](const QString &signal, QNetworkReply &reply) {
            if (signal.startsWith(u"metaDataChanged"))
                reply.setReadBufferSize(10'000);
            if (signal == u"readyRead" && read < large / 2)
                read += reply.readAll().size();
            if (read >= large / 2 && reply.readBufferSize() > 0)
                reply.setReadBufferSize(0); // the rest is buffered until the end
        });
        QVERIFY(stage.settled());
        QCOMPARE(read + seen.reply()->bytesAvailable(), large);
        QCOMPARE(stage.recording().filter(u"PROBLEM"_s), QStringList());
    }
};

QTEST_GUILESS_MAIN(ParityReading)
#include "tst_parityreading.moc"
