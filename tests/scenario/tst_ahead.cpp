// Refreshing ahead of time, by the wall clock; and keeping off a server that is down.
#include "tests/support/world.h"

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using demobackend::RefreshAnswer;
using test::World;

namespace {

// The demo's tokens live 900 s. With chance 0.5 the timer is due 1.25 leeways before: at 862.5 s.
constexpr auto justBefore = 862s;
constexpr auto justAfter = 863s;

// Counts what is under way at the token endpoint.
class Tries : public TraceSink
{
public:
    explicit Tries(World &world)
        : m_world(world)
    {
        world.session->setTraceSink(this);
    }
    ~Tries() override { m_world.session->setTraceSink(nullptr); }
    Tries(const Tries &) = delete;
    Tries &operator=(const Tries &) = delete;

    void record(const TraceEvent &event) override
    {
        m_underWay += std::holds_alternative<trace::RefreshTrySent>(event.what) ? 1 : 0;
        m_underWay -= std::holds_alternative<trace::RefreshTryFinished>(event.what) ? 1 : 0;
    }
    //! Time stands still while something is on the wire.
    void pass(std::chrono::milliseconds time, std::chrono::milliseconds step = 1s) const
    {
        for (auto left = time; left > 0ms; left -= step) {
            m_world.clock.advance(std::min(left, step));
            QVERIFY(QTest::qWaitFor([this] { return m_underWay == 0; }));
            QCoreApplication::processEvents();
        }
    }

private:
    World &m_world;
    int m_underWay = 0;
};

[[nodiscard]] bool use(World &world)
{
    const auto &caller = world.get();
    return QTest::qWaitFor([&] { return caller.finished == 1; }) && caller.status == 200;
}

} // namespace

class Ahead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTokenInUseIsRefreshedAhead()
    {
        World world;
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        tries.pass(justBefore, 30s);
        QCOMPARE(world.refreshesOnTheWire(), 0);
        tries.pass(justAfter - justBefore);
        QTRY_COMPARE(world.refreshesOnTheWire(), 1);
        QTRY_COMPARE(world.session->generation(), Generation {2});
        QVERIFY(use(world)); // not held, not challenged
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /api/resources [A1] -> 200"_s,
                u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A2] -> 200"_s}));
    }

    void whoSleepsIsNotRefreshed_data()
    {
        QTest::addColumn<bool>("isUsed");
        QTest::addColumn<bool>("refreshAhead");
        QTest::newRow("the token was never used") << false << true;
        QTest::newRow("the profile does not want it") << true << false;
    }
    void whoSleepsIsNotRefreshed()
    {
        QFETCH(bool, isUsed);
        QFETCH(bool, refreshAhead);
        World world([=](auto &profile) { profile.policy.refreshAhead = refreshAhead; });
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(!isUsed || use(world));
        tries.pass(24h, 60s);
        QCOMPARE(world.refreshesOnTheWire(), 0);
        QVERIFY(use(world)); // it refreshes on demand
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // Race 20, and a machine that slept: the monotonic clock did not count, the wall clock did.
    void theWallClockDecides_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("jump");
        QTest::addColumn<int>("refreshes");
        QTest::newRow("slept for ten hours") << std::chrono::milliseconds(10h) << 1;
        QTest::newRow("a day ahead") << std::chrono::milliseconds(24h) << 1;
        QTest::newRow("a day back") << std::chrono::milliseconds(-24h) << 0;
        QTest::newRow("sixty-eight years back") << std::chrono::milliseconds(-24h * 365 * 68) << 0;
    }
    void theWallClockDecides()
    {
        QFETCH(std::chrono::milliseconds, jump);
        QFETCH(int, refreshes);
        World world;
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        world.clock.setNow(world.clock.now() + jump);
        tries.pass(61s); // noticed within a minute
        QTRY_VERIFY(!world.session->isRefreshInProgress());
        QCOMPARE(world.refreshesOnTheWire(), refreshes);
        QVERIFY(use(world)); // a token that was just obtained is used, whatever the clock says
        QCOMPARE(world.refreshesOnTheWire(), refreshes);
        QVERIFY(world.clock.nextTimer().value_or(0ms) <= 60s); // no timer longer than that
    }

    // Races 18, 19: no network after waking up, then again and again; the timer stays armed.
    void theTimerSurvivesFailures()
    {
        World world;
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        world.backend.answerRefreshes(RefreshAnswer::Drop, 4);
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        tries.pass(justAfter, 1s); // the token is still good: one try, then go on with it
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QVERIFY(use(world));
        tries.pass(29s);
        QCOMPARE(world.refreshesOnTheWire(), 1); // cooling down
        tries.pass(2s);
        QTRY_COMPARE(failed.size(), 2);
        tries.pass(20min, 5s); // 1 + 2 + 4 minutes of cooling down at most
        QTRY_COMPARE(world.session->generation(), Generation {2});
        QVERIFY(world.session->isSignedIn());
        QVERIFY(world.refreshesOnTheWire() >= 5);
    }

    void aDeadServerIsLeftAlone_data()
    {
        QTest::addColumn<bool>("isInsistedOn");
        QTest::newRow("until a person insists") << true;
        QTest::newRow("for a while") << false;
    }
    void aDeadServerIsLeftAlone()
    {
        QFETCH(bool, isInsistedOn);
        World world([](auto &profile) { profile.policy.totalTimeout = 1s; });
        const Tries tries(world);
        QVERIFY(world.signIn());
        world.clock.setNow(world.clock.now() + 24h); // known to be expired: no challenge is needed
        world.backend.answerRefreshes(RefreshAnswer::ServerError, 1000);
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        for (int failures = 1; failures <= 3; ++failures) {
            world.get();
            QTRY_VERIFY(world.session->isRefreshInProgress());
            tries.pass(2s, 100ms);
            QCOMPARE(failed.size(), failures);
        }
        const int posts = world.refreshesOnTheWire();
        QVERIFY(posts > 3);
        failed.clear();
        world.get();
        QTRY_VERIFY(world.session->isRefreshInProgress() || world.finishedCount() == 4);
        tries.pass(1s, 100ms);
        const int later = world.refreshesOnTheWire();
        for (int i = 0; i < 10; ++i)
            world.get();
        QTRY_COMPARE(world.finishedCount(), 14);
        QCOMPARE(world.refreshesOnTheWire(), later);
        QCOMPARE(world.callers.back()->error, QNetworkReply::ServiceUnavailableError);
        QVERIFY(world.callers.back()->errorText.contains(u"could not be refreshed"));
        world.backend.answerRefreshes(RefreshAnswer::Ok);
        if (isInsistedOn)
            world.session->refreshNow();
        else
            world.clock.advance(4s); // longer than the pause
        QTRY_VERIFY(!world.session->isRefreshInProgress());
        QVERIFY(use(world));
    }
};

QTEST_GUILESS_MAIN(Ahead)
#include "tst_ahead.moc"
