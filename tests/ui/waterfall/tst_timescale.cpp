#include "ui/waterfall/timescale.h"

#include <QtTest/QTest>

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using ui::TimeScale;

class TestTimeScale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mapsTimeToPosition_data()
    {
        QTest::addColumn<qint64>("when");
        QTest::addColumn<double>("x");
        QTest::newRow("the beginning is at 0") << qint64(nanoseconds(100ms).count()) << 0.0;
        QTest::newRow("the end is at the width") << qint64(nanoseconds(300ms).count()) << 400.0;
        QTest::newRow("the middle is in the middle") << qint64(nanoseconds(200ms).count()) << 200.0;
        QTest::newRow("earlier is left of 0") << qint64(nanoseconds(50ms).count()) << -100.0;
        QTest::newRow("later goes on") << qint64(nanoseconds(400ms).count()) << 600.0;
    }

    void mapsTimeToPosition()
    {
        QFETCH(qint64, when);
        QFETCH(double, x);
        const TimeScale scale(100ms, 300ms, 400);
        QCOMPARE(scale.xAt(nanoseconds(when)), x);
    }

    void anEmptyRangeMapsToZero()
    {
        QCOMPARE(TimeScale().xAt(5ms), 0.0);
        QCOMPARE(TimeScale(5ms, 5ms, 100).xAt(7ms), 0.0);
        QCOMPARE(TimeScale(5ms, 9ms, 0).xAt(7ms), 0.0);
        QVERIFY(TimeScale(5ms, 5ms, 100).ticks(10).empty());
        QVERIFY(TimeScale(5ms, 9ms, 0).ticks(10).empty());
    }

    void aRangeThatEndsBeforeItBeginsIsEmpty() { QCOMPARE(TimeScale(9ms, 5ms, 10).xAt(20ms), 0.0); }

    void ticksAreRoundAndFarEnoughApart_data()
    {
        QTest::addColumn<qint64>("to");
        QTest::addColumn<double>("distance");
        QTest::addColumn<qint64>("step");
        QTest::newRow("100 ms, room for ten")
            << qint64(nanoseconds(100ms).count()) << 40.0 << qint64(nanoseconds(10ms).count());
        QTest::newRow("100 ms, room for four")
            << qint64(nanoseconds(100ms).count()) << 100.0 << qint64(nanoseconds(50ms).count());
        QTest::newRow("214 ms, room for five")
            << qint64(nanoseconds(214ms).count()) << 80.0 << qint64(nanoseconds(50ms).count());
        QTest::newRow("3 us, room for two")
            << qint64(nanoseconds(3us).count()) << 200.0 << qint64(nanoseconds(2us).count());
        QTest::newRow("an hour, room for four")
            << qint64(nanoseconds(1h).count()) << 100.0 << qint64(nanoseconds(1000s).count());
    }

    void ticksAreRoundAndFarEnoughApart()
    {
        QFETCH(qint64, to);
        QFETCH(double, distance);
        QFETCH(qint64, step);
        const TimeScale scale(0ns, nanoseconds(to), 400);
        const auto ticks = scale.ticks(distance);
        QVERIFY(ticks.size() >= 2);
        QCOMPARE(ticks.front(), 0ns);
        QCOMPARE(ticks[1] - ticks[0], nanoseconds(step));
        QVERIFY(scale.xAt(ticks[1]) >= distance);
        QVERIFY(ticks.back() <= nanoseconds(to));
    }

    void ticksOfALaterRangeLieWithinIt()
    {
        const auto ticks = TimeScale(130ms, 330ms, 400).ticks(90);
        QCOMPARE(ticks, (std::vector<nanoseconds> {150ms, 200ms, 250ms, 300ms}));
    }
};

QTEST_APPLESS_MAIN(TestTimeScale)
#include "tst_timescale.moc"
