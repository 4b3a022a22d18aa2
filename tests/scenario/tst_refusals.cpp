// Races 41, 56, 62, 64: a challenge to a fresh token. A request that only waited for the refresh
// may cause another one, once the token was accepted anywhere. The challenge of a replay is final,
// and does not cause refreshes again and again.
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;
const QString resources = u"/api/resources"_s;
const demobackend::ScriptedReply refusal {401, {}, "no"};

World::Tweak endsSession(bool ends)
{
    return [ends](auto &profile) { profile.replayChallengeEndsSession = ends; };
}

//! Sends one request to `path`, and returns its status.
[[nodiscard]] int statusOf(World &world, const QString &path)
{
    auto &caller = world.get(path);
    return caller.waitUntilFinished() ? caller.status : -1;
}

} // namespace

class Refusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoOnlyWaitedHasARefreshOfItsOwn_data()
    {
        QTest::addColumn<bool>("ends");
        QTest::newRow("a challenged replay ends the session") << true;
        QTest::newRow("or not") << false;
    }
    void whoOnlyWaitedHasARefreshOfItsOwn()
    {
        QFETCH(bool, ends);
        World world(endsSession(ends));
        QVERIFY(world.signIn());
        world.breakAccess();
        auto refresh = world.backend.on(refreshPath);
        auto resource = world.backend.on(resources);
        refresh.hold();
        for (int i = 0; i < 18; ++i)
            world.get();
        QTRY_COMPARE(refresh.heldCount(), 1);
        QTRY_COMPARE(world.manager->activeCount(), 0);
        resource.hold();
        refresh.release();
        for (int answered = 6; answered <= 12; answered += 6) { // Qt has six connections
            QTRY_COMPARE(resource.heldCount(), 6);
            resource.release(6);
            QTRY_COMPARE(world.endedWith(200), answered);
        }
        QTRY_COMPARE(resource.heldCount(), 6);
        world.backend.expireAccessTokens();
        resource.release();
        QTRY_COMPARE(world.endedWith(200), 18);
        QCOMPARE(world.backend.transcript(u"GET /api/resources [A2] -> 401"_s).size(), 6);
        QCOMPARE(world.refreshesOnTheWire(), 2);
        QVERIFY(world.session->isSignedIn());
    }

    void deadFreshTokensCostOneChallengeEach_data()
    {
        QTest::addColumn<bool>("ends");
        QTest::addColumn<int>("sent");
        // 8 challenged, 8 replayed; the others wait, and are sent once if the session goes on.
        QTest::newRow("the session goes on") << false << 28;
        QTest::newRow("the profile ends it: before all have been sent") << true << 27;
    }
    void deadFreshTokensCostOneChallengeEach()
    {
        QFETCH(bool, ends);
        QFETCH(int, sent);
        World world(endsSession(ends));
        QVERIFY(world.signIn());
        world.backend.on(resources).always(refusal);
        for (int i = 0; i < 20; ++i)
            world.get();
        QTRY_COMPARE(world.finishedCount(), 20);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(world.session->isSignedIn(), !ends);
        QVERIFY2(world.backend.on(resources).arrivedCount() <= sent,
            qPrintable(world.backend.transcript().join(u'\n')));
    }

    // A refused replay ends the session only if no other request shows that its token is good.
    void aRefusedReplayWaitsForOthers_data()
    {
        QTest::addColumn<int>("other");
        QTest::addColumn<bool>("kept");
        QTest::newRow("another is accepted: kept") << 200 << true;
        QTest::newRow("all are refused: ended") << 401 << false;
        QTest::newRow("others say nothing about the token: ended") << 500 << false;
        QTest::newRow("the other does not answer in time: ended") << 0 << false;
    }
    void aRefusedReplayWaitsForOthers()
    {
        QFETCH(int, other);
        QFETCH(bool, kept);
        World world(endsSession(true));
        QVERIFY(world.signIn());
        auto refresh = world.backend.on(refreshPath);
        auto decisive = world.backend.on(u"/decisive"_s);
        world.backend.on(u"/refused"_s).always(refusal);
        decisive.replies(401).always({other, {}, "told"});
        refresh.hold();
        auto &waiting = world.get(u"/refused"_s);
        auto &telling = world.get(u"/decisive"_s);
        QTRY_COMPARE(refresh.heldCount(), 1);
        QTRY_COMPARE(world.manager->activeCount(), 0); // both are challenged
        decisive.hold();
        refresh.release();
        QTRY_COMPARE(world.backend.on(u"/refused"_s).arrivedCount(), 2);
        QTRY_COMPARE(decisive.heldCount(), 1);
        QTRY_COMPARE(world.manager->activeCount(), 1); // one replay is refused, one under way
        QCOMPARE(waiting.finished, 0);
        QVERIFY(world.session->isSignedIn());
        QStringList order;
        connect(world.session.get(), &AuthSession::sessionEnded, this, [&] { order << u"end"_s; });
        connect(waiting.reply, &QNetworkReply::finished, this, [&] { order << u"reply"_s; });
        if (other == 0) // the other request is never answered
            world.clock.advance(world.profile.policy.tryTimeout);
        else
            decisive.release();
        QTRY_COMPARE(waiting.status, 401);
        QCOMPARE(world.session->isSignedIn(), kept);
        QCOMPARE(order, kept ? QStringList {u"reply"_s} : QStringList({u"end"_s, u"reply"_s}));
        decisive.release();
        QTRY_COMPARE(telling.finished, 1);
    }

    // Race 56: a resource that refuses every token does not cause a refresh for each request, while
    // other resources accept the token.
    void whatRefusesEveryTokenIsNotRefreshedFor()
    {
        World world(endsSession(false));
        QVERIFY(world.signIn());
        auto poisoned = world.backend.on(u"/poisoned"_s);
        poisoned.always(refusal);
        QCOMPARE(statusOf(world, u"/poisoned"_s), 401);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(statusOf(world, resources), 200); // the resource proves the token
        for (int poll = 0; poll < 5; ++poll)
            QCOMPARE(statusOf(world, u"/poisoned?poll=%1"_s.arg(poll)), 401);
        QCOMPARE(world.refreshesOnTheWire(), 1);
        world.clock.advance(10min); // the resource may accept tokens by now
        QCOMPARE(statusOf(world, u"/poisoned"_s), 401);
        QCOMPARE(world.refreshesOnTheWire(), 2);
        QVERIFY(world.session->isSignedIn());
    }

    void aGoodAnswerForgetsTheRefusal()
    {
        World world(endsSession(false));
        QVERIFY(world.signIn());
        auto moody = world.backend.on(u"/moody"_s);
        moody.replies(401).replies(401).replies(200).replies(401).replies(200);
        QCOMPARE(statusOf(world, u"/moody"_s), 401);
        QCOMPARE(statusOf(world, u"/moody"_s), 200);
        QCOMPARE(statusOf(world, u"/moody"_s), 200); // by a refresh
        QCOMPARE(world.refreshesOnTheWire(), 2);
    }

    void refreshesInVainCoolDown()
    {
        World world(endsSession(false));
        QVERIFY(world.signIn());
        world.backend.on(u"/poisoned"_s).always(refusal);
        const auto refreshesFor = [&](int polls) {
            const int before = world.refreshesOnTheWire();
            for (int poll = 0; poll < polls; ++poll) {
                if (statusOf(world, u"/poisoned"_s) != 401)
                    return -1;
            }
            return world.refreshesOnTheWire() - before;
        };
        QCOMPARE(refreshesFor(10), 3);
        world.clock.advance(29s);
        QCOMPARE(refreshesFor(3), 0);
        world.clock.advance(1s);
        QCOMPARE(refreshesFor(3), 1); // in vain again: the pause doubles
        world.clock.advance(59s);
        QCOMPARE(refreshesFor(3), 0);
        world.clock.advance(1s);
        QCOMPARE(refreshesFor(3), 1);
        world.session->refreshNow(); // a person asks for this refresh
        QTRY_VERIFY(!world.session->isRefreshInProgress());
        QCOMPARE(refreshesFor(1), 1);
    }

    // However often it is challenged, and although the token is new each time.
    void noRequestIsSentMoreThanThreeTimes()
    {
        World world;
        QVERIFY(world.signIn());
        auto slow = world.backend.on(u"/slow"_s);
        slow.hold().always(refusal);
        auto &caller = world.get(u"/slow"_s);
        for (int sent = 1; sent <= 3; ++sent) {
            QTRY_COMPARE(slow.heldCount(), 1);
            QCOMPARE(slow.arrivedCount(), sent);
            world.session->setTokens(world.session->tokens());
            slow.release(1);
        }
        QTRY_COMPARE(caller.status, 401);
        QCOMPARE(slow.arrivedCount(), 3);
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    // Race 62: an upload may take longer than its token lives.
    void aTokenThatRunsOutOnItsWayEndsNothing()
    {
        World world([](auto &profile) {
            profile.replayChallengeEndsSession = true;
            // The early refresh would come while the test moves the clock.
            profile.policy.refreshAhead = false;
        });
        QVERIFY(world.signIn());
        auto upload = world.backend.on(u"/upload"_s);
        upload.hold().always(refusal);
        auto &caller = world.post("body", u"/upload"_s);
        for (int sent = 1; sent <= 3; ++sent) {
            QTRY_COMPARE(upload.arrivedCount(), sent);
            QTRY_COMPARE(upload.heldCount(), 1);
            world.clock.advance(901s);
            upload.release(1);
        }
        QTRY_COMPARE(caller.status, 401);
        QCOMPARE(upload.arrivedCount(), 3);
        QVERIFY(world.session->isSignedIn());
    }

    // Race 64: the reason comes before finished(), whatever the order of connections.
    void whoWaitsForAReplyHasHeardWhy_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("news");
        QTest::newRow("rejected") << QByteArray(R"({"error":"invalid_grant"})") << u"ended"_s;
        QTest::newRow("misconfigured")
            << QByteArray(R"({"error":"invalid_client"})") << u"failed"_s;
    }
    void whoWaitsForAReplyHasHeardWhy()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, news);
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).always({400, {{"Content-Type", "application/json"}}, answer});
        QStringList events;
        connect(
            world.session.get(), &AuthSession::sessionEnded, this, [&] { events << u"ended"_s; });
        connect(
            world.session.get(), &AuthSession::refreshFailed, this, [&] { events << u"failed"_s; });
        for (int i = 0; i < 2; ++i)
            connect(
                world.get().reply, &QNetworkReply::finished, this, [&] { events << u"reply"_s; });
        QTRY_COMPARE(world.finishedCount(), 2);
        QCOMPARE(events, QStringList({news, u"reply"_s, u"reply"_s}));
    }
};

QTEST_GUILESS_MAIN(Refusals)
#include "tst_refusals.moc"
