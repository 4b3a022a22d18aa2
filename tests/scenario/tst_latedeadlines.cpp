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
    // Which deadline is the first to be overdue.
    void theAnswerIsReadFirst_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("tryTimeout");
        QTest::newRow("that of a try") << std::chrono::milliseconds(10s);
        QTest::newRow("that of the whole refresh") << std::chrono::milliseconds(1h);
    }
    void theAnswerIsReadFirst()
    {
        QFETCH(const std::chrono::milliseconds, tryTimeout);
        World world([&](authcore::BackendProfile &profile) {
            profile.policy.tryTimeout = tryTimeout;
            profile.policy.totalTimeout = 30s;
            profile.policy.holdTimeout = 24h;
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

    // What does not come within a second does not come: the deadline counts.
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
