// Race 46: the process stood still, and deadlines are overdue when it goes on.
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

} // namespace

class LateDeadlines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The deadline that is overdue first.
    void theAnswerIsReadFirst_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("tryTimeout");
        QTest::addColumn<std::chrono::milliseconds>("totalTimeout");
        QTest::addColumn<std::chrono::milliseconds>("holdTimeout");
        const auto row = [](const char *name, std::chrono::milliseconds tryTimeout,
                             std::chrono::milliseconds totalTimeout,
                             std::chrono::milliseconds holdTimeout) {
            QTest::newRow(name) << tryTimeout << totalTimeout << holdTimeout;
        };
        row("that of a try", 10s, 1h, 1h);
        row("that of the whole refresh", 1h, 30s, 1h);
        row("that of the request that waits", 1h, 1h, 50s);
    }
    void theAnswerIsReadFirst()
    {
        QFETCH(const std::chrono::milliseconds, tryTimeout);
        QFETCH(const std::chrono::milliseconds, totalTimeout);
        QFETCH(const std::chrono::milliseconds, holdTimeout);
        World world([&](authcore::BackendProfile &profile) {
            profile.policy.tryTimeout = tryTimeout;
            profile.policy.totalTimeout = totalTimeout;
            profile.policy.holdTimeout = holdTimeout;
        });
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(refreshPath).holdAnswers();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.clock.jump(1min);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(failed.size(), 0);
    }

    // A try that would end at once could cost the refresh token, so it is not begun.
    void aTryNeedsTimeBeforeTheDeadline_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("firstAnswer");
        QTest::addColumn<int>("tries");
        QTest::newRow("a sixth of the whole time is left") << std::chrono::milliseconds(24s) << 2;
        QTest::newRow("less is left") << std::chrono::milliseconds(26s) << 1;
    }
    void aTryNeedsTimeBeforeTheDeadline()
    {
        QFETCH(const std::chrono::milliseconds, firstAnswer);
        QFETCH(const int, tries);
        World world([](authcore::BackendProfile &profile) {
            profile.policy.tryTimeout = profile.policy.totalTimeout = 30s;
            profile.policy.backoffMin = profile.policy.backoffMax = 0ms;
            profile.policy.holdTimeout = 1h;
        });
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).replies(503).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.clock.advance(firstAnswer);
        world.backend.on(refreshPath).release();
        QVERIFY(test::waitFor([&world] {
            world.clock.advance(0ms);
            return world.finishedCount() == 1;
        }));
        QCOMPARE(world.refreshesOnTheWire(), tries);
    }

    // An answer that does not come within a second does not count: the deadline does.
    void nobodyWaitsLonger()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.clock.jump(world.profile.policy.totalTimeout + 2s);
        QCOMPARE(failed.size(), 0);
        world.clock.advance(1s);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(world.session->isSignedIn());
    }
};

QTEST_GUILESS_MAIN(LateDeadlines)

#include "tst_latedeadlines.moc"
