// Refreshing ahead of the expiry by the wall clock, and leaving a server that is down alone.
#include "authcore/session/traceevent.h"

#include "tests/support/closedport.h"
#include "tests/support/world.h"

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using demobackend::RefreshAnswer;
using test::World;

namespace {

// The demo's tokens live 900 s, the leeway is 30 s. With random numbers of one half the timer is
// due 1.25 leeways before the expiry: at 862.5 s.
constexpr auto justAfter = 863s;

// Counts the requests under way at the token endpoint.
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
        const bool isSent = std::holds_alternative<trace::RefreshTrySent>(event.what);
        m_sent += isSent ? 1 : 0;
        m_underWay += isSent ? 1 : 0;
        m_underWay -= std::holds_alternative<trace::RefreshTryFinished>(event.what) ? 1 : 0;
    }
    //! Lets time pass, but only while nothing is on the wire.
    void pass(std::chrono::milliseconds time, std::chrono::milliseconds step = 1s) const
    {
        for (auto left = time; left > 0ms; left -= step) {
            m_world.clock.advance(std::min(left, step));
            QVERIFY(test::waitFor([this] { return m_underWay == 0; }));
            QCoreApplication::processEvents();
        }
    }

    [[nodiscard]] int sent() const { return m_sent; }

private:
    World &m_world;
    int m_sent = 0;
    int m_underWay = 0;
};

// The network of a machine that has just woken up: at first the token endpoint cannot be reached.
class JustWoken : public QNetworkAccessManager
{
public:
    JustWoken(QUrl nowhere, int vainTries)
        : m_nowhere(std::move(nowhere))
        , m_vainTries(vainTries)
    {
    }

protected:
    QNetworkReply *createRequest(
        Operation op, const QNetworkRequest &request, QIODevice *body) override
    {
        QNetworkRequest sent = request;
        const bool isRefresh = request.url().path() == "/authorization/refresh"_L1;
        if (isRefresh && --m_vainTries >= 0)
            sent.setUrl(m_nowhere);
        return QNetworkAccessManager::createRequest(op, sent, body);
    }

private:
    QUrl m_nowhere;
    int m_vainTries;
};

[[nodiscard]] bool use(World &world)
{
    const auto &caller = world.get();
    return test::waitFor([&] { return caller.finished == 1; }) && caller.status == 200;
}

} // namespace

class Ahead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Many clients must not refresh in the same second: each has its own part of half the leeway.
    void aTokenInUseIsRefreshedAhead_data()
    {
        QTest::addColumn<double>("dice");
        QTest::addColumn<std::chrono::milliseconds>("due");
        QTest::newRow("no spread: the leeway alone") << 0.0 << std::chrono::milliseconds(870s);
        QTest::newRow("half of the spread") << 0.5 << std::chrono::milliseconds(862'500ms);
        QTest::newRow("nearly all of it") << 0.999 << std::chrono::milliseconds(855'015ms);
    }
    void aTokenInUseIsRefreshedAhead()
    {
        QFETCH(const double, dice);
        QFETCH(const std::chrono::milliseconds, due);
        World world;
        world.dice = dice;
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        tries.pass(due - 1ms, 30s);
        QCOMPARE(world.refreshesOnTheWire(), 0);
        tries.pass(1ms);
        QTRY_COMPARE(world.refreshesOnTheWire(), 1);
        QTRY_COMPARE(world.session->generation(), Generation {2});
        QVERIFY(use(world)); // neither held nor challenged
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
        QVERIFY(use(world)); // the session refreshes on demand
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // Race 20, and a machine that slept: the wall clock counts the sleep, the monotonic clock does
    // not.
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
        QVERIFY(use(world)); // a new token is used, whatever the clock says
        QCOMPARE(world.refreshesOnTheWire(), refreshes);
        QVERIFY(world.clock.nextTimer().value_or(0ms) <= 60s); // no timer is longer than that
    }

    // Race 18: the machine sleeps beyond the token's expiry; requests made on waking up wait for
    // the network.
    void aWakeUpWithoutNetwork_data()
    {
        QTest::addColumn<QUrl>("nowhere");
        QTest::addColumn<int>("vainTries");
        QTest::addColumn<int>("status");
        const QUrl noName(u"http:///"_s); // fails without asking a name server
        QTest::newRow("connection refused, then it works") << m_closed.url() << 3 << 200;
        QTest::newRow("host not found, then it works") << noName << 3 << 200;
        QTest::newRow("connection refused until the deadline") << m_closed.url() << 1000 << 0;
        QTest::newRow("host not found until the deadline") << noName << 1000 << 0;
    }
    void aWakeUpWithoutNetwork()
    {
        QFETCH(const QUrl, nowhere);
        QFETCH(const int, vainTries);
        QFETCH(const int, status);
        World world;
        world.manager.reset();
        world.session = std::make_unique<AuthSession>(
            world.profile, world.store, world.clock, [] { return 0.5; },
            std::make_unique<JustWoken>(nowhere, vainTries));
        world.manager = std::make_unique<AuthNetworkAccessManager>(*world.session);
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        world.callers.clear();
        world.backend.clearTranscript();
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.clock.setNow(world.clock.now() + 10h); // timers do not count sleep
        for (int i = 0; i < 20; ++i)
            world.get();
        QTRY_COMPARE(tries.sent(), 1);
        tries.pass(0ms, 1ms);
        QCOMPARE(world.finishedCount(), 0);
        tries.pass(30s, 250ms);
        QTRY_COMPARE(world.endedWith(status), 20);
        QCOMPARE(ended.size(), 0);
        QVERIFY(world.session->isSignedIn());
        if (status == 200) {
            QCOMPARE(tries.sent(), 4);
            QCOMPARE(world.refreshesOnTheWire(), 1);
            QCOMPARE(world.backend.transcript(u"GET /api/resources [A2] -> 200"_s).size(), 20);
        } else {
            QVERIFY(world.backend.transcript().isEmpty());
            const auto &caller = *world.callers.back();
            QCOMPARE(caller.error, QNetworkReply::TemporaryNetworkFailureError);
            QVERIFY2(
                caller.errorText.contains(u"could not be refreshed"), qPrintable(caller.errorText));
        }
    }

    // Too many requests: a refresh with time left until the expiry waits as Retry-After says.
    void anEarlyRefreshKeepsToRetryAfter()
    {
        World world;
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        world.backend.on(u"/authorization/refresh"_s).replies({429, {{"Retry-After", "120"}}, {}});
        tries.pass(justAfter, 1s);
        QTRY_COMPARE(tries.sent(), 1);
        QVERIFY(use(world)); // the token is still good
        tries.pass(35s, 1s); // longer than the cool-down of an early refresh
        QVERIFY(use(world));
        QCOMPARE(tries.sent(), 1);
        tries.pass(84s, 1s);
        QCOMPARE(tries.sent(), 1);
        tries.pass(2s, 1s);
        QTRY_COMPARE(world.session->generation(), Generation {2});
        QCOMPARE(tries.sent(), 2);
    }

    // Races 18, 19: no network after waking up, several times; the timer stays armed.
    void theTimerSurvivesFailures()
    {
        World world;
        const Tries tries(world);
        QVERIFY(world.signIn());
        QVERIFY(use(world));
        world.backend.answerRefreshes(RefreshAnswer::Drop, 4);
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        // The token is still good: the refresh is tried once, and the token stays in use.
        tries.pass(justAfter, 1s);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QVERIFY(use(world));
        tries.pass(29s);
        QCOMPARE(world.refreshesOnTheWire(), 1); // cooling down
        tries.pass(2s);
        QTRY_COMPARE(failed.size(), 2);
        tries.pass(20min, 5s); // cool-downs of 1 + 2 + 4 minutes at most
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
        // The token is known to be expired, so no challenge is needed.
        world.clock.setNow(world.clock.now() + 24h);
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

private:
    const test::ClosedPort m_closed;
};

QTEST_GUILESS_MAIN(Ahead)
#include "tst_ahead.moc"
