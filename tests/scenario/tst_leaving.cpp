// One session, several accounts: leave() ends an account's turn and loses nothing.
#include "tests/support/speaking.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using authcore::EndReason;
using demobackend::RefreshAnswer;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

//! Records the signals of a session about its end, in order.
class Endings : public QObject
{
public:
    explicit Endings(AuthSession &session)
    {
        connect(&session, &AuthSession::sessionEnded, this,
            [this](EndReason reason) { told.append(ended(reason)); });
        connect(
            &session, &AuthSession::signInRequired, this, [this] { told.append(u"sign in"_s); });
        connect(&session, &AuthSession::left, this, [this] { told.append(u"left"_s); });
    }

    static QString ended(EndReason reason) { return u"ended: "_s + test::nameOf(reason); }

    QStringList told;
};

} // namespace

class Leaving : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStoreKeepsTheTokens()
    {
        World world;
        QVERIFY(world.signIn());
        const auto tokens = world.session->tokens();
        const Endings endings(*world.session);
        world.session->leave();
        QCOMPARE(endings.told, QStringList({Endings::ended(EndReason::Left), u"left"_s}));
        QVERIFY(!world.session->isSignedIn());
        QVERIFY(world.stored() == tokens);
    }

    void withoutASessionThereIsNothingToLeave()
    {
        World world;
        const Endings endings(*world.session);
        world.session->leave();
        QCOMPARE(endings.told, QStringList {u"left"_s});
    }

    void twoAccountsTakeTurns()
    {
        World world;
        QVERIFY(world.signIn());
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.callers.back()->body, "protected resources, username: anna");
        world.session->leave();
        QVERIFY(world.signIn(u"boris"_s));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.callers.back()->body, "protected resources, username: boris");
        world.session->leave();
        world.session->restore(u"anna"_s);
        world.get();
        QTRY_COMPARE(world.endedWith(200), 3);
        QCOMPARE(world.callers.back()->body, "protected resources, username: anna");
        QCOMPARE(world.backend.counters().challenges, 0);
    }

    // The answer is the only copy of a rotated refresh token.
    void aRefreshUnderWayIsStoredFirst()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        const Endings endings(*world.session);
        world.session->leave();
        QCOMPARE(endings.told, QStringList());
        QVERIFY(world.session->isSignedIn());
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(endings.told, QStringList({Endings::ended(EndReason::Left), u"left"_s}));
        QTRY_COMPARE(world.endedWith(200), 1); // the waiting request has left with the new token
        world.session->restore(u"anna"_s);
        QTRY_VERIFY(world.session->isSignedIn());
        world.session->refreshNow();
        QTRY_COMPARE(world.backend.counters().rotations, 2);
        QCOMPARE(world.backend.counters().reuses, 0);
    }

    void aRefreshThatFailsIsWaitedForToo_data()
    {
        QTest::addColumn<RefreshAnswer>("answer");
        QTest::addColumn<QStringList>("told");
        QTest::addColumn<bool>("isKept");
        QTest::newRow("rejected") << RefreshAnswer::InvalidGrant
                                  << QStringList {Endings::ended(EndReason::RefreshRejected),
                                         u"sign in"_s, u"left"_s}
                                  << false;
        QTest::newRow("fails for now")
            << RefreshAnswer::ServerError
            << QStringList {Endings::ended(EndReason::Left), u"left"_s} << true;
    }
    void aRefreshThatFailsIsWaitedForToo()
    {
        QFETCH(const RefreshAnswer, answer);
        QFETCH(const bool, isKept);
        World world([](auto &profile) { // no time for a second try
            profile.policy.backoffMin = profile.policy.backoffMax = 2 * profile.policy.totalTimeout;
        });
        QVERIFY(world.signIn());
        world.backend.answerRefreshes(answer, 9);
        world.backend.on(refreshPath).hold();
        world.session->refreshNow();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        const Endings endings(*world.session);
        world.session->leave();
        world.backend.on(refreshPath).release();
        QTRY_VERIFY(!endings.told.isEmpty() && endings.told.back() == u"left"_s);
        QTEST(endings.told, "told");
        QCOMPARE(world.stored().has_value(), isKept);
    }

    // Held requests belong to the account that leaves; the next account must not send them.
    void whatIsHeldIsGivenBack()
    {
        World world;
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        QVERIFY(world.signIn());
        world.backend.on(u"/api/resources"_s).hold();
        for (int i = 0; i < 20; ++i) // more than leave at once
            world.get();
        QTRY_COMPARE(world.backend.on(u"/api/resources"_s).heldCount(), 6);
        world.session->leave();
        QVERIFY(world.signIn(u"boris"_s));
        world.backend.on(u"/api/resources"_s).release();
        QTRY_COMPARE(world.finishedCount(), 20);
        const int sent = world.backend.on(u"/api/resources"_s).arrivedCount();
        QCOMPARE(world.endedWith(200), sent); // with anna's own token, before her account was left
        QCOMPARE(world.endedWith(0), 20 - sent);
    }

    void aSignInMeanwhileOverridesIt()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(refreshPath).hold();
        world.session->refreshNow();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        const Endings endings(*world.session);
        world.session->leave();
        QVERIFY(world.signIn(u"boris"_s));
        world.backend.on(refreshPath).release();
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(world.session->isSignedIn());
        QCOMPARE(endings.told, QStringList());
    }
};

QTEST_GUILESS_MAIN(Leaving)
#include "tst_leaving.moc"
