#include "authcore/system/deadline.h"

#include "authcore/testing/manualclock.h"

#include <QtTest/QTest>

#include <memory>

using namespace std::chrono_literals;
using authcore::Deadline;
using authcore::testing::ManualClock;

class TestDeadline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    //! The deadline is 10 s, and the process stands still from the start.
    void counts_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("stopped");
        QTest::addColumn<std::chrono::milliseconds>("awake");
        QTest::addColumn<bool>("counts");
        const auto row = [](const char *name, std::chrono::milliseconds stopped,
                             std::chrono::milliseconds awake,
                             bool counts) { QTest::newRow(name) << stopped << awake << counts; };
        // clang-format off
        row("not before its time",                0ms,      9'999ms, false);
        row("at its time",                        0ms,      10s,     true);
        row("a second late is still in time",     11s,      0ms,     true);
        row("later it waits for what has come",   11'001ms, 0ms,     false);
        row("for a second, not for less",         11'001ms, 999ms,   false);
        row("and not for more",                   11'001ms, 1s,      true);
        row("however long it stood still",        240h,     1s,      true);
        // clang-format on
    }
    void counts()
    {
        QFETCH(const std::chrono::milliseconds, stopped);
        QFETCH(const std::chrono::milliseconds, awake);
        ManualClock clock;
        int calls = 0;
        const Deadline deadline(clock, 10s, [&calls] { ++calls; });
        clock.jump(stopped);
        clock.advance(awake);
        QTEST(calls == 1, "counts");
    }

    void whoStopsAgainWaitsAgain()
    {
        ManualClock clock;
        int calls = 0;
        const Deadline deadline(clock, 10s, [&calls] { ++calls; });
        clock.jump(20s);
        clock.jump(20s);
        QCOMPARE(calls, 0);
        clock.advance(1s);
        QCOMPARE(calls, 1);
    }

    void aDestroyedOneDoesNotCount()
    {
        ManualClock clock;
        auto deadline = std::make_unique<Deadline>(clock, 10s, [] { QFAIL("it has gone"); });
        clock.jump(20s); // the deadline waits a second more
        deadline.reset();
        clock.advance(10s);
    }

    void itMayDestroyItself()
    {
        ManualClock clock;
        std::unique_ptr<Deadline> deadline;
        deadline = std::make_unique<Deadline>(clock, 10s, [&deadline] { deadline.reset(); });
        clock.advance(10s);
        QVERIFY(!deadline);
    }
};

QTEST_GUILESS_MAIN(TestDeadline)

#include "tst_deadline.moc"
