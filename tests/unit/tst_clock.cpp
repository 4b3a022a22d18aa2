#include "authcore/system/clock.h"

#include "authcore/system/longtimer.h"
#include "authcore/testing/manualclock.h"

#include <QtCore/QCoreApplication>
#include <QtTest/QTest>

#include <limits>
#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::Clock;
using authcore::SystemClock;
using authcore::testing::ManualClock;

class TestClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTimerFiresOnceFromTheEventLoop()
    {
        int calls = 0;
        const auto timer = m_clock.after(0ms, [&calls] { ++calls; });
        QCOMPARE(calls, 0);
        QTRY_COMPARE(calls, 1);
        passSomeTime();
        QCOMPARE(calls, 1);
    }

    void aDestroyedTimerDoesNotFire()
    {
        bool called = false;
        m_clock.after(0ms, [&called] { called = true; }).reset();
        passSomeTime();
        QVERIFY(!called);
    }

    void aTimerMayDestroyItself()
    {
        std::unique_ptr<Clock::Timer> timer;
        timer = m_clock.after(0ms, [&timer] { timer.reset(); });
        QTRY_VERIFY(!timer);
    }

    void delays_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("delay");
        QTest::addColumn<bool>("isAtOnce");
        const auto row = [](const char *name, std::chrono::milliseconds delay, bool isAtOnce) {
            QTest::newRow(name) << delay << isAtOnce;
        };
        row("negative is none", -5ms, true);
        row("a minute", 1min, false);
        row("more than an int of milliseconds", std::chrono::milliseconds(1LL << 31), false);
        row("a multiple of what an int wraps at", std::chrono::milliseconds(1LL << 32), false);
        row("a hundred years", 876'000h, false);
        row("the longest there is", std::chrono::milliseconds::max(), false);
    }
    void delays()
    {
        QFETCH(const std::chrono::milliseconds, delay);
        bool called = false;
        const auto timer = m_clock.after(delay, [&called] { called = true; });
        passSomeTime();
        QTEST(called, "isAtOnce");
    }

    // A delay too long for a QTimer is counted in several parts; these parts are short enough for a
    // test.
    void longDelaysAreMadeOfParts_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("delay");
        QTest::newRow("no part") << 0ms;
        QTest::newRow("half a part") << 5ms;
        QTest::newRow("exactly one") << 10ms;
        QTest::newRow("exactly two") << 20ms;
        QTest::newRow("two and a half") << 25ms;
        QTest::newRow("five") << 50ms;
    }
    void longDelaysAreMadeOfParts()
    {
        QFETCH(const std::chrono::milliseconds, delay);
        int calls = 0;
        std::chrono::nanoseconds end {};
        const auto start = m_clock.monotonic();
        const authcore::LongTimer timer(
            delay,
            [&] {
                ++calls;
                end = m_clock.monotonic();
            },
            10ms);
        QTRY_COMPARE(calls, 1);
        QVERIFY(end - start >= delay * 9 / 10 - 2ms); // each QTimer may fire a little early
        passSomeTime();
        QCOMPARE(calls, 1);
    }

    void longDelaysMayBeCancelledInAnyPart()
    {
        bool called = false;
        auto timer = std::make_unique<authcore::LongTimer>(
            1h, [&called] { called = true; }, 1ms);
        passSomeTime();
        timer.reset();
        passSomeTime();
        QVERIFY(!called);
    }

    void goesOn()
    {
        const auto before = m_clock.monotonic();
        const auto wallBefore = m_clock.now();
        passSomeTime();
        QVERIFY(m_clock.monotonic() > before);
        QVERIFY(m_clock.now() > wallBefore);
        QVERIFY(m_clock.now() > std::chrono::sys_days(std::chrono::January / 1 / 2023));
    }

    // The clock of the tests keeps the same promises.

    void manualTimersFireInTheirOrder()
    {
        ManualClock clock;
        const auto start = clock.now();
        QStringList fired;
        std::vector<std::unique_ptr<Clock::Timer>> timers;
        const auto add = [&](std::chrono::milliseconds delay, const QString &name) {
            timers.push_back(clock.after(delay, [&, name] {
                fired += name % u'@' % QString::number((clock.now() - start).count());
                if (name == "first"_L1)
                    timers.push_back(clock.after(5ms, [&] { fired += u"nested"_s; }));
            }));
        };
        add(20ms, u"third"_s);
        add(10ms, u"first"_s);
        add(20ms, u"fourth"_s);
        add(31ms, u"late"_s);
        clock.advance(30ms);
        const QStringList expected {u"first@10"_s, u"nested"_s, u"third@20"_s, u"fourth@20"_s};
        QCOMPARE(fired, expected);
        QVERIFY(clock.nextTimer() == 1ms && clock.pendingTimers() == 1);
    }

    void settingTheWallClockFiresNothing()
    {
        ManualClock clock;
        bool called = false;
        const auto timer = clock.after(1h, [&called] { called = true; });
        clock.setNow(clock.now() + 24h);
        clock.advance(1h - 1ms);
        QVERIFY(!called);
        clock.advance(1ms);
        QVERIFY(called);
        QVERIFY(clock.monotonic() == 1h);
    }

private:
    //! Waits by another timer, long enough for a timer without delay.
    void passSomeTime()
    {
        bool passed = false;
        const auto timer = m_clock.after(20ms, [&passed] { passed = true; });
        QTRY_VERIFY(passed);
    }

    SystemClock m_clock;
};

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
