#include "authcore/network/body/spooledbody.h"
#include "tests/support/pipe.h"

#include <QtCore/QSignalBlocker>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <utility>

using authcore::SpooledBody;
using test::bytes;
using test::Pipe;

namespace {

constexpr qint64 memory = 1000;

[[nodiscard]] SpooledBody::Traits unknownLength()
{
    return {{}, memory, false, false};
}
[[nodiscard]] SpooledBody::Traits knownLength(qint64 length)
{
    return {length, memory, false, false};
}
[[nodiscard]] SpooledBody::Traits oneShot()
{
    return {{}, memory, true, false};
}

enum class End { None, Silent, Told };

//! Collects the body; false: collecting has not ended within the usual time.
[[nodiscard]] bool isCollected(SpooledBody &body)
{
    QSignalSpy collected(&body, &SpooledBody::collected);
    body.collect();
    return body.isCollected() || collected.wait(test::patience);
}

//! Makes it impossible to create temporary files while this object lives.
class NoTemporaryFiles
{
public:
    NoTemporaryFiles() { qputenv("TMPDIR", "/proc"); }
    ~NoTemporaryFiles() { qunsetenv("TMPDIR"); }
    Q_DISABLE_COPY_MOVE(NoTemporaryFiles)
};

} // namespace

class SpooledBodyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsReadAgainAndAgain_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<bool>("isLengthKnown");
        QTest::addColumn<qint64>("ahead"); // bytes read before a reader asks for them
        QTest::newRow("empty") << 0 << false << qint64(0);
        QTest::newRow("empty, and known to be") << 0 << true << qint64(0);
        QTest::newRow("short") << 999 << false << qint64(999);
        QTest::newRow("short, of known length") << 999 << true << qint64(999);
        QTest::newRow("long: its length is needed first") << 300'000 << false << qint64(300'000);
        QTest::newRow("long, of known length") << 300'000 << true << memory;
        QTest::newRow("as long as the limit") << 1000 << true << memory;
        QTest::newRow("longer than one turn") << 3'000'000 << false << qint64(3'000'000);
    }
    void itIsReadAgainAndAgain()
    {
        QFETCH(int, size);
        QFETCH(bool, isLengthKnown);
        Pipe pipe(bytes(size));
        SpooledBody body(pipe, isLengthKnown ? knownLength(size) : unknownLength());
        QVERIFY(isCollected(body));
        QTEST(pipe.taken(), "ahead");
        QCOMPARE(body.size(), std::optional<qint64>(size));
        for (int i = 0; i < 3; ++i) {
            const auto reader = body.open();
            QVERIFY(reader && !reader->isSequential());
            QCOMPARE(reader->size(), size);
            QCOMPARE(reader->readAll(), bytes(size));
            QVERIFY(reader->atEnd());
            QVERIFY(reader->reset()); // Qt resets the reader by itself
            QCOMPARE(reader->readAll(), bytes(size));
        }
        QVERIFY(body.canReplay());
        QCOMPARE(pipe.taken(), size);
    }

    // Beyond what fits into memory, the body reads its device only when Qt asks.
    void itIsReadAsItIsSent()
    {
        Pipe pipe(bytes(10'000));
        SpooledBody body(pipe, knownLength(10'000));
        QVERIFY(isCollected(body));
        const auto reader = body.open();
        QCOMPARE(reader->read(600), bytes(600));
        QCOMPARE(pipe.taken(), memory);
        QCOMPARE(reader->read(600), bytes(1200).mid(600));
        QCOMPARE(pipe.taken(), 1200);
    }

    void asMuchAsWasSentIsKeptAndTheRestFollows()
    {
        Pipe pipe(bytes(50'000));
        SpooledBody body(pipe, knownLength(50'000));
        QVERIFY(isCollected(body));
        auto first = body.open();
        while (pipe.taken() < 25'000)
            QVERIFY(!first->read(700).isEmpty());
        const auto second = body.open();
        QCOMPARE(first->read(700), QByteArray()); // the attempt of this reader is over
        QCOMPARE(pipe.taken(), 25'200);
        QCOMPARE(second->readAll(), bytes(50'000));
    }

    void aSlowDeviceIsWaitedFor_data()
    {
        QTest::addColumn<bool>("isLengthKnown");
        QTest::newRow("before the first attempt") << false;
        QTest::newRow("while it is sent") << true;
    }
    void aSlowDeviceIsWaitedFor()
    {
        QFETCH(bool, isLengthKnown);
        Pipe pipe;
        SpooledBody body(pipe, isLengthKnown ? knownLength(4000) : unknownLength());
        QSignalSpy collected(&body, &SpooledBody::collected);
        body.collect();
        pipe.feed(bytes(2000).first(700));
        QCoreApplication::processEvents();
        QCOMPARE(collected.size(), 0);
        pipe.feed(bytes(2000).mid(700));
        if (!isLengthKnown) {
            pipe.feed(bytes(4000).mid(2000));
            pipe.finish();
        }
        QVERIFY(collected.wait(test::patience));
        const auto reader = body.open();
        QCOMPARE(reader->readAll(), isLengthKnown ? bytes(2000) : bytes(4000));
        if (isLengthKnown) {
            char byte = 0;
            QCOMPARE(reader->read(&byte, 1), 0); // there is no data yet, but it is not the end
            QVERIFY(!reader->atEnd());
            QSignalSpy more(reader.get(), &QIODevice::readyRead);
            pipe.feed(bytes(4000).mid(2000));
            QCOMPARE(more.size(), 1);
            QCOMPARE(reader->readAll(), bytes(4000).mid(2000));
        }
        QVERIFY(reader->atEnd());
    }

    // The device decides where the end is, at the latest when it reports that its channel has
    // finished.
    void theEndIsTheDevicesToSay()
    {
        Pipe pipe;
        SpooledBody body(pipe, unknownLength());
        QSignalSpy collected(&body, &SpooledBody::collected);
        body.collect();
        pipe.feed("all");
        QCoreApplication::processEvents();
        QCOMPARE(collected.size(), 0);
        pipe.finish();
        QVERIFY(collected.wait(test::patience));
        QCOMPARE(body.open()->readAll(), QByteArray("all"));
    }

    void aDifferentLengthThanPromised_data()
    {
        QTest::addColumn<int>("promised");
        QTest::addColumn<int>("given");
        QTest::addColumn<int>("sent");
        QTest::addColumn<bool>("hasProblem");
        QTest::newRow("more: the promise counts, and no byte more")
            << 5000 << 6000 << 5000 << false;
        QTest::newRow("less, seen before it is sent: that is sent") << 5000 << 900 << 900 << false;
        QTest::newRow("less, seen too late") << 5000 << 4000 << 4000 << true;
    }
    void aDifferentLengthThanPromised()
    {
        QFETCH(int, promised);
        QFETCH(int, given);
        QFETCH(int, sent);
        QFETCH(bool, hasProblem);
        Pipe pipe(bytes(given));
        SpooledBody body(pipe, knownLength(promised));
        QVERIFY(isCollected(body));
        const auto reader = body.open();
        QCOMPARE(reader->size(), hasProblem ? promised : sent);
        QCOMPARE(reader->readAll(), bytes(sent));
        QCOMPARE(!body.problem().isEmpty(), hasProblem);
    }

    void aOneShotBodyIsReadOnce()
    {
        Pipe pipe(bytes(5000));
        SpooledBody body(pipe, oneShot());
        QVERIFY(body.isCollected());
        QVERIFY(!body.canReplay());
        QCOMPARE(pipe.taken(), 0);
        auto reader = body.open();
        QVERIFY(reader->isSequential());
        QCOMPARE(reader->read(2000), bytes(2000));
        QVERIFY(!reader->reset());
        QCOMPARE(reader->readAll(), bytes(5000).mid(2000));
        QVERIFY(!body.open());
    }

    // Everything that was read is sent, but cannot be sent a second time.
    void whereNothingCanBeKeptItIsOneShot_data()
    {
        QTest::addColumn<bool>("isLengthKnown");
        QTest::newRow("known before it is sent") << false;
        QTest::newRow("known while it is sent") << true;
    }
    void whereNothingCanBeKeptItIsOneShot()
    {
        QFETCH(bool, isLengthKnown);
        const NoTemporaryFiles nowhere;
        Pipe pipe(bytes(300'000));
        SpooledBody body(pipe, isLengthKnown ? knownLength(300'000) : unknownLength());
        QVERIFY(isCollected(body));
        QCOMPARE(body.canReplay(), isLengthKnown);
        const auto reader = body.open();
        // Qt asks for the length, or reads the whole body.
        QCOMPARE(reader->isSequential(), !isLengthKnown);
        QCOMPARE(reader->readAll(), bytes(300'000));
        QVERIFY(!body.canReplay());
        QVERIFY(!reader->reset());
        QVERIFY(!body.open());
    }

    void aDeviceThatGoesAway_data()
    {
        QTest::addColumn<bool>("isDeleted"); // false: the device is closed
        QTest::addColumn<bool>("isCollecting");
        QTest::newRow("deleted before it is sent") << true << true;
        QTest::newRow("deleted while it is sent") << true << false;
        QTest::newRow("closed before it is sent") << false << true;
        QTest::newRow("closed while it is sent") << false << false;
    }
    void aDeviceThatGoesAway()
    {
        QFETCH(bool, isDeleted);
        QFETCH(bool, isCollecting);
        auto pipe = std::make_unique<Pipe>();
        SpooledBody body(*pipe, knownLength(5000));
        QSignalSpy collected(&body, &SpooledBody::collected);
        body.collect();
        pipe->feed(bytes(isCollecting ? 500 : 2000));
        if (!isCollecting)
            QVERIFY(collected.wait(test::patience));
        const auto reader = body.open();
        QCOMPARE(reader == nullptr, isCollecting);
        if (reader)
            QCOMPARE(reader->readAll(), bytes(2000));
        const QSignalSpy woken(reader ? reader.get() : pipe.get(), &QIODevice::readyRead);
        if (isDeleted)
            pipe.reset();
        else
            pipe->close();
        if (isCollecting) {
            QVERIFY(collected.wait(test::patience));
            QVERIFY(!body.open());
        } else {
            QCOMPARE(woken.size(), 1); // otherwise Qt would wait for ever
            char byte = 0;
            QCOMPARE(reader->read(&byte, 1), -1);
        }
        QVERIFY(!body.problem().isEmpty());
    }

    // A slot on the end of the device may close it at once; the body then consists of what has
    // arrived.
    void aDeviceClosedWhileItIsCollected_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("part"); // bytes read an event loop turn before the rest
        QTest::addColumn<End>("end");
        QTest::addColumn<bool>("isWhole"); // false: the body reports a problem
        QTest::newRow("at its end") << 10'000 << 0 << End::Told << true;
        QTest::newRow("at the end that it does not tell") << 10'000 << 0 << End::Silent << true;
        QTest::newRow("before its end") << 10'000 << 0 << End::None << false;
        QTest::newRow("after a part, at its end") << 10'000 << 4000 << End::Told << true;
        QTest::newRow("after a part, before its end") << 10'000 << 4000 << End::None << false;
        QTest::newRow("after all, at its end") << 10'000 << 10'000 << End::Told << true;
        QTest::newRow("large, at its end") << 3'000'000 << 0 << End::Told << true;
        QTest::newRow("large, at the end that it does not tell")
            << 3'000'000 << 0 << End::Silent << true;
        QTest::newRow("large, before its end") << 3'000'000 << 0 << End::None << false;
        QTest::newRow("empty, at its end") << 0 << 0 << End::Told << true;
        QTest::newRow("empty, before its end") << 0 << 0 << End::None << false;
    }
    void aDeviceClosedWhileItIsCollected()
    {
        QFETCH(int, size);
        QFETCH(int, part);
        QFETCH(End, end);
        QFETCH(bool, isWhole);
        Pipe pipe;
        SpooledBody body(pipe, unknownLength());
        QSignalSpy collected(&body, &SpooledBody::collected);
        body.collect();
        pipe.feed(bytes(size).first(part));
        if (part > 0)
            QTRY_COMPARE(pipe.taken(), part);
        pipe.feed(bytes(size).mid(part));
        {
            const QSignalBlocker silent(end == End::Silent ? &pipe : nullptr);
            if (end != End::None)
                pipe.finish();
        }
        pipe.close();
        QVERIFY(collected.wait(test::patience));
        QCOMPARE(body.problem().isEmpty(), isWhole);
        const auto reader = body.open();
        QCOMPARE(reader != nullptr, isWhole);
        if (!reader)
            return;
        QCOMPARE(body.size(), std::optional<qint64>(size));
        QCOMPARE(reader->readAll(), bytes(size));
    }

    void aDeviceThatClosesWhileItIsReadLosesNothingUnseen()
    {
        class Closing : public Pipe
        {
        protected:
            qint64 readData(char *data, qint64 maxSize) override
            {
                const qint64 count = Pipe::readData(data, maxSize);
                if (!std::exchange(m_hasClosed, true))
                    close();
                return count;
            }

        private:
            bool m_hasClosed = false;
        };
        Closing pipe;
        SpooledBody body(pipe, unknownLength());
        QSignalSpy collected(&body, &SpooledBody::collected);
        body.collect();
        pipe.feed(bytes(100'000));
        pipe.finish();
        QVERIFY(collected.wait(test::patience));
        QVERIFY(!body.open());
        QVERIFY(!body.problem().isEmpty());
    }

    void aClosedDeviceIsNoEmptyBody_data()
    {
        QTest::addColumn<bool>("isOneShot");
        QTest::newRow("to be collected") << false;
        QTest::newRow("to be read once") << true;
    }
    void aClosedDeviceIsNoEmptyBody()
    {
        QFETCH(bool, isOneShot);
        Pipe pipe(bytes(10'000));
        SpooledBody body(pipe, isOneShot ? oneShot() : unknownLength());
        {
            const QSignalBlocker unseen(pipe);
            pipe.close();
        }
        QVERIFY(isCollected(body));
        QVERIFY(!body.open());
        QVERIFY(!body.problem().isEmpty());
    }

    void aDeviceOfWhichAllIsKeptMayGo()
    {
        auto pipe = std::make_unique<Pipe>(bytes(3000));
        SpooledBody body(*pipe, unknownLength());
        QVERIFY(isCollected(body));
        pipe.reset();
        QCOMPARE(body.open()->readAll(), bytes(3000));
        QVERIFY(body.problem().isEmpty());
    }

    void itsCallerGetsTheDeviceBack()
    {
        Pipe pipe(bytes(5000));
        SpooledBody body(pipe, knownLength(5000));
        QVERIFY(isCollected(body));
        const auto reader = body.open();
        QVERIFY(!reader->read(2000).isEmpty());
        const qint64 taken = pipe.taken();
        body.releaseDevice();
        pipe.feed("more");
        QVERIFY(reader->readAll().isEmpty());
        QVERIFY(!body.open());
        QCOMPARE(pipe.taken(), taken);
    }
};

QTEST_GUILESS_MAIN(SpooledBodyTest)
#include "tst_spooledbody.moc"
