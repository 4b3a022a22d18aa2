// Slots that act, with two managers on one session: a slot of one manager must not find the other
// one in a half-changed state. The soak test found each of these cases.
#include "authcore/session/sessiongate.h"

#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;
constexpr auto hold = AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn;

//! Tokens whose access token has expired.
[[nodiscard]] authcore::TokenSet expired(const World &world)
{
    authcore::TokenSet tokens = world.session->tokens();
    const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.now());
    tokens.receivedAt = now - 60s;
    tokens.expiresAt = now - 1s;
    return tokens;
}

enum class Opens { NobodyIsSignedIn, TheRefreshWasRejected, NothingToRefreshWith, ARefreshStarts };

} // namespace

class Reentrancy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The request was made while nobody was signed in and left with anna's token: it is not sent
    // again with boris's.
    void aRequestBelongsToWhoFirstCarriedIt()
    {
        World world;
        world.manager->setWithoutSession(hold);
        auto &caller = world.get(u"/slow"_s);
        world.backend.on(u"/slow"_s).hold().replies(401).replies(200);
        QVERIFY(world.signIn());
        QTRY_COMPARE(world.backend.on(u"/slow"_s).heldCount(), 1);
        QVERIFY(world.signIn(u"boris"_s));
        world.backend.on(u"/slow"_s).release();
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.status, 401);
        QCOMPARE(world.backend.on(u"/slow"_s).arrivedCount(), 1);
    }

    // A slot runs an event loop until somebody has signed in; everything else goes on inside.
    void aDialogStopsNothing_data()
    {
        QTest::addColumn<Opens>("opens");
        QTest::newRow("nobody is signed in") << Opens::NobodyIsSignedIn;
        QTest::newRow("the refresh was rejected") << Opens::TheRefreshWasRejected;
        QTest::newRow("there is no refresh token") << Opens::NothingToRefreshWith;
        QTest::newRow("a refresh starts") << Opens::ARefreshStarts;
    }
    void aDialogStopsNothing()
    {
        QFETCH(Opens, opens);
        World world;
        world.manager->setWithoutSession(hold);
        if (opens != Opens::NobodyIsSignedIn)
            QVERIFY(world.signIn());
        bool served = false;
        int dialogs = 0;
        const auto dialog = [&] {
            if (++dialogs == 1 && world.signIn()) {
                auto &inside = world.get();
                served = inside.waitUntilFinished() && inside.status == 200;
            }
        };
        authcore::TokenSet tokens = world.session->tokens();
        if (opens == Opens::ARefreshStarts) {
            world.session->setTokens(expired(world));
            connect(world.session.get(), &AuthSession::refreshStarted, this, dialog);
        } else {
            world.backend.answerRefreshes(demobackend::RefreshAnswer::InvalidGrant);
            tokens.accessToken = "broken";
            if (opens == Opens::NothingToRefreshWith)
                tokens.refreshToken.clear();
            if (opens != Opens::NobodyIsSignedIn)
                world.session->setTokens(tokens);
            connect(world.session.get(), &AuthSession::signInRequired, this, dialog);
        }
        world.get();
        world.get();
        QTRY_COMPARE(dialogs, 1);
        QVERIFY(served);
        QTRY_COMPARE(world.endedWith(200), 3);
        world.session->disconnect(this);
    }

    // The next refresh begins inside the first manager's slot; the second manager's deadline still
    // runs.
    void aHeldReplyKeepsItsBound()
    {
        World world([](auto &profile) { profile.policy.holdTimeout = 3s; });
        AuthNetworkAccessManager second(*world.session);
        QVERIFY(world.signIn());
        world.backend.on(refreshPath).hold();
        world.session->refreshNow();
        world.get();
        auto &held = world.watch(second.get(world.request()));
        // Replaces the tokens, and the new ones need a refresh.
        world.session->setTokens(expired(world));
        QVERIFY(world.session->isRefreshInProgress());
        world.clock.advance(3s);
        QTRY_COMPARE(held.finished, 1);
        QCOMPARE(held.error, QNetworkReply::TimeoutError);
    }

    // A slot of the first manager, which learns of the failure before the second manager does.
    void aChallengeIsNotAnsweredWithTheSameToken()
    {
        World world;
        AuthNetworkAccessManager second(*world.session);
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(refreshPath).hold().replies(400, R"({"error":"invalid_client"})");
        auto &first = world.get();
        auto &challenged = world.watch(second.get(world.request()));
        QTRY_COMPARE(second.pendingReplies().size(), 1);
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        auto &other = world.watch(second.get(world.request()));
        world.backend.clearTranscript();
        connect(first.reply, &QNetworkReply::finished, this, [&] { other.reply->abort(); });
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.finishedCount(), 3);
        QCOMPARE(challenged.error, QNetworkReply::ProtocolInvalidOperationError);
        QCOMPARE(world.backend.transcript(u"GET /api/resources"_s), QStringList());
    }

    // Another account signs in: a slot deletes the manager while the queue is being sorted.
    void strangersMayDieWhileOthersLeave()
    {
        World world;
        bool refreshesAtOnce = true; // before the second manager can send anything
        connect(&world.session->gate(), &authcore::SessionGate::tokensReplaced, this, [&] {
            if (std::exchange(refreshesAtOnce, false))
                world.session->refreshNow();
        });
        auto second = std::make_unique<AuthNetworkAccessManager>(*world.session);
        second->setWithoutSession(hold);
        auto &nobodys = world.watch(second->get(world.request()));
        world.backend.on(refreshPath).hold();
        QVERIFY(world.signIn());
        auto &annas = world.watch(second->get(world.request()));
        QCOMPARE(second->pendingReplies().size(), 2);
        connect(world.session.get(), &AuthSession::refreshStarted, this, [&] { second.reset(); });
        authcore::TokenSet tokens = expired(world);
        tokens.accountId = u"another"_s;
        world.session->setTokens(tokens);
        QVERIFY(!second);
        QVERIFY(!nobodys.reply && !annas.reply);
        world.session->disconnect(this);
    }

    // get() returns before any slot is called.
    void nothingFinishesInsideAnothersGet()
    {
        World world;
        std::unique_ptr<AuthNetworkAccessManager> second;
        test::Caller *held = nullptr;
        int finishedInside = 0;
        // This slot is connected before the second manager, whose queue is still unchanged.
        connect(world.session.get(), &AuthSession::sessionEnded, this, [&] {
            const int before = held->finished;
            world.watch(second->get(world.request()));
            finishedInside = held->finished - before;
        });
        second = std::make_unique<AuthNetworkAccessManager>(*world.session);
        QVERIFY(world.signIn());
        world.backend.on(refreshPath).hold();
        world.session->refreshNow();
        held = &world.watch(second->get(world.request()));
        world.session->signOut();
        QTRY_COMPARE(held->finished, 1);
        QCOMPARE(held->error, QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(finishedInside, 0);
        world.session->disconnect(this);
    }
};

QTEST_GUILESS_MAIN(Reentrancy)
#include "tst_reentrancy.moc"
