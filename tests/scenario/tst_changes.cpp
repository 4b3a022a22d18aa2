// Changes while a request waits: profile, account, the token's expiry, the place in the queue.
#include "authcore/session/tokenkeeper.h"
#include "tests/support/world.h"

#include <thread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

[[nodiscard]] demobackend::ScriptedReply redirectTo(const QUrl &url)
{
    return {302, {{"Location", url.toEncoded()}}, {}};
}

} // namespace

class Changes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // When profileChanged() is emitted, the old session is gone.
    void anotherProfileNeverMeetsTheOldTokens()
    {
        World world;
        demobackend::DemoBackend other;
        QCOMPARE(other.start(), QString());
        QVERIFY(world.signIn());
        connect(world.session.get(), &AuthSession::profileChanged, this, [&] {
            world.watch(world.manager->get(
                QNetworkRequest(other.url().resolved(QUrl(u"/api/resources"_s)))));
        });
        world.session->setProfile(*authcore::BackendProfile::preset(u"custom-jwt"_s, other.url()));
        QTRY_COMPARE(world.endedWith(401), 1);
        QCOMPARE(other.transcript(), QStringList {u"GET /api/resources -> 401"_s});
        world.session->disconnect(this);
    }

    // A request held for one backend is not sent there with another backend's token.
    void whatIsHeldGoesToProtectedOriginsOnly()
    {
        World world;
        demobackend::DemoBackend other;
        QCOMPARE(other.start(), QString());
        world.manager->setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
        auto &held = world.get();
        world.session->setProfile(*authcore::BackendProfile::preset(u"custom-jwt"_s, other.url()));
        QVERIFY(world.signIn());
        QTRY_COMPARE(held.finished, 1);
        QCOMPARE(held.error, QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(world.backend.on(u"/api/resources"_s).arrivedCount(), 0);
    }

    // If a slot signs out, tokens that arrive from the store belong to nobody.
    void aRestoreIsOvertakenByASignOutInASlot()
    {
        World world;
        QVERIFY(world.signIn());
        AuthSession next(world.profile, world.store);
        QSignalSpy replaced(&next, &AuthSession::tokensReplaced);
        QSignalSpy restored(&next, &AuthSession::restored);
        connect(&next, &AuthSession::signInRequired, this, [&next] { next.signOut(); });
        next.restore(u"anna"_s);
        // Another thread ends the session before the tokens are taken.
        std::thread([&next] { next.requireSignIn(u"for a reason"_s); }).join();
        QTRY_COMPARE(restored.size(), 1);
        QCOMPARE(restored[0][0].toBool(), false);
        QTRY_VERIFY(!world.stored());
        QVERIFY(!next.isSignedIn());
        QCOMPARE(replaced.size(), 0);
    }

    // A redirect arrives after another account has signed in.
    void aHopIsNotTakenAsSomebodyElse()
    {
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/from"_s).always(redirectTo(world.url(u"/api/resources"_s)));
        world.backend.on(u"/from"_s).hold();
        auto &caller = world.get(u"/from"_s);
        QTRY_COMPARE(world.backend.on(u"/from"_s).heldCount(), 1);
        QVERIFY(world.signIn(u"boris"_s));
        world.backend.on(u"/from"_s).release();
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.error, QNetworkReply::AuthenticationRequiredError);
        QCOMPARE(world.backend.on(u"/api/resources"_s).arrivedCount(), 0);
    }

    // A held request leaves with a token of the account for which it was made, or not at all. Two
    // accounts without names count as different.
    void whatIsHeldIsOfOneAccount_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QByteArray>("sentWith"); // empty: not sent
        QTest::newRow("the same") << u"anna"_s << u"anna"_s << "Bearer second"_ba;
        QTest::newRow("another") << u"anna"_s << u"boris"_s << QByteArray();
        QTest::newRow("a nameless one after a nameless one")
            << QString() << QString() << QByteArray();
        QTest::newRow("a name after a nameless one") << QString() << u"anna"_s << QByteArray();
        QTest::newRow("a nameless one after a name") << u"anna"_s << QString() << QByteArray();
    }
    void whatIsHeldIsOfOneAccount()
    {
        QFETCH(const QString, before);
        QFETCH(const QString, after);
        QFETCH(const QByteArray, sentWith);
        World world;
        auto anywhere = world.backend.on(u"/x"_s);
        (void)anywhere.always({200, {}, {}});
        const auto signIn = [&world](const QString &account, const QByteArray &token) {
            authcore::TokenSet tokens;
            tokens.accessToken = token;
            tokens.refreshToken = "refresh " + token;
            tokens.accountId = account;
            world.session->setTokens(tokens);
        };
        signIn(before, "first");
        world.backend.on(refreshPath).hold();
        world.session->refreshNow();
        auto &caller = world.get(u"/x"_s);
        QCOMPARE(world.manager->pendingReplies().size(), 1);
        signIn(after, "second");
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(anywhere.arrivedHeader(0, "authorization"), sentWith);
        QCOMPARE(anywhere.arrivedCount(), sentWith.isEmpty() ? 0 : 1);
        QCOMPARE(caller.error,
            sentWith.isEmpty() ? QNetworkReply::AuthenticationRequiredError
                               : QNetworkReply::NoError);
    }

    // Requests wait for a token that expires before their turn comes.
    void aQueueMayOutliveItsToken()
    {
        World world([](auto &profile) { profile.policy.refreshAhead = false; });
        QVERIFY(world.signIn());
        world.breakAccess();
        world.backend.on(u"/slow"_s).always({200, {}, "done"});
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        world.breakAccess();
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.manager->pendingReplies().size(), 1);
        world.backend.on(u"/slow"_s).hold();
        for (int i = 0; i < 20; ++i)
            world.get(u"/slow"_s);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(world.backend.on(u"/slow"_s).heldCount(), 6);
        world.clock.advance(24h);
        world.backend.on(u"/slow"_s).release();
        QTRY_COMPARE(world.endedWith(200), 22);
        QVERIFY(world.session->isSignedIn());
        QCOMPARE(world.refreshesOnTheWire(), 3);
    }

    // The tokens that another process left in the store may have expired as well.
    void whatTheStoreHeldMayHaveRunOut()
    {
        World world;
        QVERIFY(world.signIn());
        auto winner = world.session->tokens();
        winner.accessToken = "run out";
        winner.receivedAt = std::chrono::floor<std::chrono::seconds>(world.clock.now()) - 10min;
        winner.expiresAt = *winner.receivedAt + 5min;
        QVERIFY(world.loseRaceTo(winner));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.backend.transcript(),
            (QStringList {u"GET /api/resources [A?] -> 401"_s,
                u"POST /authorization/refresh [R?] -> 401"_s,
                u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A2] -> 200"_s}));
    }

    // A place with Qt is freed exactly once, whatever a slot does during a redirect.
    void aPlaceIsGivenBackOnce_data()
    {
        QTest::addColumn<bool>("deletes");
        QTest::newRow("aborted in metaDataChanged") << false;
        QTest::newRow("deleted in metaDataChanged") << true;
    }
    void aPlaceIsGivenBackOnce()
    {
        QFETCH(bool, deletes);
        World world;
        QVERIFY(world.signIn());
        world.backend.on(u"/from"_s).always(redirectTo(world.url(u"/api/resources"_s)));
        QPointer<QNetworkReply> reply = world.manager->get(world.request(u"/from"_s));
        bool called = false;
        connect(reply, &QNetworkReply::metaDataChanged, this, [&] {
            called = true;
            if (deletes)
                delete reply;
            else
                reply->abort();
        });
        QTRY_VERIFY(called);
        QCOMPARE(world.manager->activeCount(), 0);
        delete reply;
        auto resource = world.backend.on(u"/api/resources"_s).hold();
        world.get();
        QTRY_COMPARE(resource.heldCount(), 1);
        QCOMPARE(world.manager->activeCount(), 1);
        resource.release();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.manager->activeCount(), 0);
    }

    // Redirected requests that hang elsewhere, or wait for their callers, do not block other
    // requests.
    void redirectsFreeTheirPlaces_data()
    {
        QTest::addColumn<bool>("asks");
        QTest::newRow("to another origin") << false;
        QTest::newRow("that wait to be allowed") << true;
    }
    void redirectsFreeTheirPlaces()
    {
        QFETCH(bool, asks);
        World world;
        QVERIFY(world.signIn());
        QUrl elsewhere = world.url(u"/hangs"_s);
        elsewhere.setHost(u"localhost"_s);
        world.backend.on(u"/from"_s).always(redirectTo(elsewhere));
        world.backend.on(u"/hangs"_s).hold();
        auto request = world.request(u"/from"_s);
        if (asks)
            request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                QNetworkRequest::UserVerifiedRedirectPolicy);
        for (int i = 0; i < 8; ++i)
            world.watch(world.manager->get(request));
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        world.manager.reset();
        world.backend.on(u"/hangs"_s).release();
    }

    // The caller has the reply before any signal about it.
    void nothingEndsInsideGet()
    {
        World world;
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        tokens.expiresAt = std::chrono::floor<std::chrono::seconds>(world.clock.now()) - 1s;
        world.session->setTokens(tokens);
        connect(world.session.get(), &AuthSession::refreshStarted, this,
            [&] { world.session->signOut(); });
        QSignalSpy finished(world.manager.get(), &QNetworkAccessManager::finished);
        auto &caller = world.get();
        QCOMPARE(caller.finished, 0);
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(finished.size(), 1);
        world.session->disconnect(this);
    }

    void signingOutWhileRestoringLetsGo()
    {
        World world;
        QVERIFY(world.signIn());
        AuthSession next(world.profile, world.store);
        AuthNetworkAccessManager manager(next);
        QSignalSpy restored(&next, &AuthSession::restored);
        next.restore(u"anna"_s);
        auto &caller = world.watch(manager.get(world.request()));
        next.signOut();
        QCOMPARE(restored.size(), 1);
        QTRY_COMPARE(caller.status, 401);
        QVERIFY(!world.stored());
        world.callers.clear();
    }

    // An early refresh hangs until the token has expired: from then on requests need it.
    void anEarlyRefreshMayBecomeNeeded()
    {
        World world;
        QVERIFY(world.signIn());
        auto tokens = world.session->tokens();
        const auto now = std::chrono::floor<std::chrono::seconds>(world.clock.now());
        tokens.receivedAt = now - 57s;
        tokens.expiresAt = now + 3s;
        world.session->setTokens(tokens);
        world.backend.answerRefreshes(demobackend::RefreshAnswer::Hang);
        world.get();
        QTRY_COMPARE(world.refreshesOnTheWire(), 1);
        world.clock.advance(world.profile.policy.tryTimeout);
        QVERIFY(world.manager->isRefreshInProgress());
        world.clock.advance(1s);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 2);
    }

    // A failed erasure is tried again, even if another account signs in.
    void whatWasSignedOutIsErasedInTheEnd()
    {
        struct Stubborn : authcore::MemoryTokenStore
        {
            void write(const authcore::TokenKey &key, const authcore::WriteCondition &condition,
                const std::optional<authcore::TokenSet> &tokens, QObject *context,
                std::function<void(const Done &)> then) override
            {
                if (!tokens && !std::exchange(failed, true))
                    QMetaObject::invokeMethod(
                        context,
                        [then] {
                            then(authcore::StoreError {
                                authcore::StoreError::Code::Unavailable, u"busy"_s});
                        },
                        Qt::QueuedConnection);
                else
                    MemoryTokenStore::write(key, condition, tokens, context, std::move(then));
            }
            bool failed = false;
        } store;
        authcore::testing::ManualClock clock;
        authcore::TokenKeeper keeper(store, clock);
        QSignalSpy recovered(&keeper, &authcore::TokenKeeper::recovered);
        authcore::TokenSet tokens;
        tokens.accessToken = "a";
        const authcore::TokenKey anna {u"p"_s, u"anna"_s, {}, {}};
        const authcore::TokenKey boris {u"p"_s, u"boris"_s, {}, {}};
        bool saved = false;
        keeper.write(anna, authcore::OverAnything {}, tokens);
        keeper.write(anna, authcore::OverAnything {}, std::nullopt);
        keeper.write(boris, authcore::OverAnything {}, tokens, [&](const auto &) { saved = true; });
        QTRY_VERIFY(saved);
        QVERIFY(keeper.problem());
        clock.advance(1s);
        QTRY_COMPARE(recovered.size(), 1);
        std::optional<std::optional<authcore::TokenSet>> left;
        keeper.load(anna, [&](const authcore::TokenStore::Loaded &found) {
            left = std::get<std::optional<authcore::TokenSet>>(found);
        });
        QTRY_VERIFY(left.has_value());
        QVERIFY(!left->has_value());
    }
};

QTEST_GUILESS_MAIN(Changes)
#include "tst_changes.moc"
