// Held requests: until when and for which account; without a session, at its end, at start, and
// above the limit.
#include "tests/support/pipe.h"
#include "tests/support/speaking.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

} // namespace

class Holding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutASessionRequestsGoBare()
    {
        World world;
        world.get();
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(world.backend.transcript(), QStringList {u"GET /api/resources -> 401"_s});
    }

    void orTheyWaitForTheSignIn()
    {
        constexpr auto hold = AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn;
        World world;
        world.manager->setWithoutSession(hold);
        QSignalSpy required(world.session.get(), &AuthSession::signInRequired);
        world.get();
        world.get();
        QCOMPARE(world.manager->pendingReplies().size(), 2);
        QTRY_COMPARE(required.size(), 1);
        // Asks once, not once for each request or each time.
        for (int later = 0; later < 3; ++later) {
            world.get();
            world.manager->setWithoutSession(hold); // makes the manager look at its queue again
            QCoreApplication::sendPostedEvents();
        }
        QCOMPARE(required.size(), 1);
        world.clock.advance(24h); // a person may take any time
        QCOMPARE(world.finishedCount(), 0);
        QVERIFY(world.signIn());
        QTRY_COMPARE(world.endedWith(200), 5);
        QCOMPARE(world.backend.transcript(u"-> 401"_s).size(), 0);
    }

    // As direct children of the manager, they would slow down the removal of every other child.
    void whatWaitsIsBesideTheManagersDirectChildren()
    {
        World world;
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        QObject foster;
        QNetworkReply *own = world.get().reply;
        QNetworkReply *adopted = world.get().reply;
        adopted->setParent(&foster);
        QVERIFY(own->parent() != world.manager.get());
        QVERIFY(world.manager->findChildren<QNetworkReply *>().contains(own));
        QVERIFY(world.signIn());
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(own->parent(), world.manager.get());
        QCOMPARE(adopted->parent(), &foster);
    }

    void whoIsThrownOutGoesOnAfterTheNextSignIn_data()
    {
        QTest::addColumn<QString>("next");
        QTest::addColumn<int>("status");
        QTest::newRow("the same account: the held requests go on") << u"anna"_s << 200;
        QTest::newRow("another account: they end with their 401") << u"boris"_s << 401;
    }
    void whoIsThrownOutGoesOnAfterTheNextSignIn()
    {
        QFETCH(QString, next);
        QFETCH(int, status);
        World world;
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        QVERIFY(world.signIn());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        QSignalSpy required(world.session.get(), &AuthSession::signInRequired);
        world.breakAccess();
        world.backend.answerRefreshes(demobackend::RefreshAnswer::InvalidGrant);
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(required.size(), 1);
        QTRY_COMPARE(world.manager->pendingReplies().size(), 3);
        QCOMPARE(world.finishedCount(), 0);
        const auto resources = world.backend.on(u"/api/resources"_s);
        QCOMPARE(resources.arrivedCount(), 3); // no replay so far
        QVERIFY(world.signIn(next));
        QTRY_COMPARE(world.endedWith(status), 3);
        QCOMPARE(resources.arrivedCount(), status == 200 ? 6 : 3);
    }

    // An unknown account is nobody's, not even another unknown account's.
    void anUnknownAccountIsNobodys_data()
    {
        QTest::addColumn<bool>("isKnown");
        QTest::newRow("somebody known signs in next") << true;
        QTest::newRow("somebody unknown signs in next") << false;
    }
    void anUnknownAccountIsNobodys()
    {
        QFETCH(const bool, isKnown);
        World world;
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        authcore::TokenSet tokens;
        tokens.accessToken = "broken";
        tokens.refreshToken = "unknown";
        world.session->setTokens(tokens);
        world.get();
        QTRY_VERIFY(!world.session->isSignedIn());
        QCOMPARE(world.finishedCount(), 0);
        if (isKnown)
            QVERIFY(world.signIn());
        else
            world.session->setTokens(tokens);
        QTRY_COMPARE(world.endedWith(401), 1);
    }

    // A sign-out by hand ends the held requests.
    void signingOutEndsWhatIsHeld()
    {
        World world;
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        world.get();
        world.session->signOut();
        QCOMPARE(world.endedWith(401), 1);
        QCOMPARE(world.endedWith(0), 1);
        world.backend.on(refreshPath).release();
    }

    // A held reply has a deadline of its own, after that of the refresh.
    void aHeldReplyTimesOut()
    {
        World world([](auto &profile) {
            profile.policy.holdTimeout = 5s;
            profile.policy.tryTimeout = 100s;
            profile.policy.totalTimeout = 100s;
        });
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        world.clock.advance(3s);
        world.get();
        world.clock.advance(2s);
        QCOMPARE(world.finishedCount(), 1);
        QCOMPARE(world.callers[0]->error, QNetworkReply::TimeoutError);
        QCOMPARE(world.callers[0]->status, 0);
        world.clock.advance(3s);
        QCOMPARE(world.finishedCount(), 2);
        world.backend.on(refreshPath).release();
        QTRY_VERIFY(!world.manager->isRefreshInProgress()); // it was not aborted
        QVERIFY(world.session->isSignedIn());
    }

    // The deadline begins when the wait for a person ends, although the store is still being read.
    void aHeldReplyTimesOutAlsoWhenNobodyWaitsForAPersonAnyMore()
    {
        World world([](auto &profile) { profile.policy.holdTimeout = 5s; });
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        world.session->restore(u"anna"_s); // as the event loop would do
        world.get();
        world.clock.advance(1h);
        QCOMPARE(world.finishedCount(), 0);
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::SendBare);
        world.clock.advance(4999ms);
        QCOMPARE(world.finishedCount(), 0);
        world.clock.advance(1ms);
        QCOMPARE(world.finishedCount(), 1);
        QCOMPARE(world.callers[0]->error, QNetworkReply::TimeoutError);
    }

    // Race 58: programs write "for ever" as huge time limits; they become a year.
    void aTimeLimitOfAnySizeIsNotOver_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("limit");
        QTest::newRow("more nanoseconds than there are") << 9'999'999'999'999ms;
        QTest::newRow("the largest number") << std::chrono::milliseconds::max();
    }
    void aTimeLimitOfAnySizeIsNotOver()
    {
        QFETCH(const std::chrono::milliseconds, limit);
        World world([limit](auto &profile) {
            profile.policy.holdTimeout = limit;
            profile.policy.tryTimeout = limit;
            profile.policy.totalTimeout = limit;
        });
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        world.clock.advance(1h);
        QCOMPARE(world.finishedCount(), 0);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    void heldRepliesAreBounded()
    {
        World world([](auto &profile) { profile.policy.maxHeld = 2; });
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        world.get();
        auto &third = world.get();
        QCOMPARE(third.finished, 0);
        QTRY_COMPARE(third.finished, 1);
        QCOMPARE(third.error, QNetworkReply::TemporaryNetworkFailureError);
        QCOMPARE(third.errorText, u"Too many requests wait for the access token"_s);
        QCOMPARE(third.errors, 1);
        QCOMPARE(third.status, 0);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.endedWith(200), 2);
    }

    // Requests were held while there was room; more came while their bodies were read.
    void bodiesThatCameLateAreCounted()
    {
        World world([](auto &profile) { profile.policy.maxHeld = 1; });
        QVERIFY(world.signIn());
        test::Pipe pipe;
        auto &late = world.watch(world.manager->post(world.request(u"/api/echo"_s), &pipe));
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        pipe.feed("body");
        pipe.finish();
        QTRY_COMPARE(late.finished, 1);
        QCOMPARE(late.error, QNetworkReply::TemporaryNetworkFailureError);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.endedWith(200), 1);
    }

    // Requests that come while the stored tokens are being read wait for the tokens.
    void restoringIsWaitedFor_data()
    {
        QTest::addColumn<bool>("stored");
        QTest::newRow("there were tokens") << true;
        QTest::newRow("there were none") << false;
    }
    void restoringIsWaitedFor()
    {
        QFETCH(bool, stored);
        World world;
        QVERIFY(world.signIn());
        AuthSession next(world.profile, world.store);
        AuthNetworkAccessManager manager(next);
        QSignalSpy restored(&next, &AuthSession::restored);
        next.restore(stored ? u"anna"_s : u"nobody"_s);
        world.watch(manager.get(world.request()));
        QCOMPARE(manager.pendingReplies().size(), 1);
        QTRY_COMPARE(restored.size(), 1);
        QCOMPARE(restored[0][0].toBool(), stored);
        QTRY_COMPARE(world.endedWith(stored ? 200 : 401), 1);
        QCOMPARE(world.backend.transcript(),
            QStringList {
                stored ? u"GET /api/resources [A1] -> 200"_s : u"GET /api/resources -> 401"_s});
        world.callers.clear();
    }

    // A stored set is used only with its own endpoints.
    void aChangedProfileNeedsASignIn()
    {
        World world;
        QVERIFY(world.signIn());
        auto moved = world.profile;
        moved.refresh.url = QUrl(u"/elsewhere"_s);
        AuthSession next(moved, world.store);
        QSignalSpy restored(&next, &AuthSession::restored);
        QSignalSpy required(&next, &AuthSession::signInRequired);
        next.restore(u"anna"_s);
        QTRY_COMPARE(restored.size(), 1);
        QVERIFY(!next.isSignedIn());
        QCOMPARE(required.size(), 1);

        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        world.session->setProfile(moved);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<authcore::EndReason>(), authcore::EndReason::ProfileChanged);
    }

    // By QNetworkRequest priority, then in order.
    void theQueueLeavesInItsOrder()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        const auto queue = [&](const QString &path, QNetworkRequest::Priority priority) {
            auto request = world.request(path);
            request.setPriority(priority);
            world.watch(world.manager->get(request));
        };
        queue(u"/low"_s, QNetworkRequest::LowPriority);
        queue(u"/normal1"_s, QNetworkRequest::NormalPriority);
        queue(u"/high"_s, QNetworkRequest::HighPriority);
        queue(u"/normal2"_s, QNetworkRequest::NormalPriority);
        QStringList order;
        for (QNetworkReply *reply : world.manager->pendingReplies())
            order << reply->url().path();
        QCOMPARE(order,
            (QStringList {
                u"/high"_s, u"/api/resources"_s, u"/normal1"_s, u"/normal2"_s, u"/low"_s}));
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.finishedCount(), 5);
    }
};

QTEST_GUILESS_MAIN(Holding)
#include "tst_holding.moc"
