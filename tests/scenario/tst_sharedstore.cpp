// Two sessions on one settings file, like two processes: each finds what the other has stored.
#include "authcore/session/refreshlock.h"
#include "authcore/testing/manualclock.h"
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/speaking.h"
#include "tests/support/world.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>

#include <functional>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using test::World;

namespace {

//! One of the sessions, with a store of its own on the shared file.
struct Site
{
    Site(const BackendProfile &profile, const QString &file)
        : store(file)
        , session(profile, store)
        , manager(session)
    {
    }
    [[nodiscard]] bool signIn(const QString &user)
    {
        PasswordSignIn signIn(session);
        QSignalSpy succeeded(&signIn, &PasswordSignIn::succeeded);
        signIn.signIn(user, user + u"-demo-1"_s);
        return succeeded.wait(test::patience);
    }
    [[nodiscard]] bool restore(const QString &user = u"anna"_s)
    {
        QSignalSpy restored(&session, &AuthSession::restored);
        session.restore(user);
        return restored.wait(test::patience) && session.isSignedIn();
    }

    //! The file has stored tokens.
    [[nodiscard]] static bool restores(const QTemporaryDir &folder)
    {
        return stored(folder).has_value();
    }
    [[nodiscard]] static std::optional<TokenSet> stored(const QTemporaryDir &folder)
    {
        SettingsTokenStore fresh(folder.filePath(u"tokens.ini"_s));
        std::optional<TokenStore::Loaded> found;
        fresh.load({u"custom-jwt"_s, u"anna"_s, {}, {}}, &fresh,
            [&found](const TokenStore::Loaded &loaded) { found = loaded; });
        return test::waitFor([&found] { return found.has_value(); })
            ? std::get<std::optional<TokenSet>>(*found)
            : std::nullopt;
    }

    SettingsTokenStore store;
    AuthSession session;
    AuthNetworkAccessManager manager;
};

struct TwoSites
{
    explicit TwoSites(const World::Tweak &tweak = {})
        : world([&tweak](BackendProfile &profile) {
            test::giveTime(profile);
            if (tweak)
                tweak(profile);
        })
        , here(world.profile, folder.filePath(u"tokens.ini"_s))
        , there(world.profile, folder.filePath(u"tokens.ini"_s))
    {
    }
    //! Both sessions hold A1 and R1; the access token is not good any more.
    [[nodiscard]] bool signIn()
    {
        // The tokens may still be on their way to the file.
        const bool ok = here.signIn(u"anna"_s) && test::waitFor([this] { return there.restore(); });
        world.backend.clearTranscript();
        world.backend.expireAccessTokens();
        return ok;
    }
    [[nodiscard]] QStringList refreshes() const
    {
        return world.backend.transcript(u"POST /authorization/refresh"_s);
    }
    //! Sends one request from the other session, and returns its status.
    [[nodiscard]] int statusThere()
    {
        auto &caller = world.watch(there.manager.get(world.request()));
        return test::waitFor([&] { return caller.finished == 1; }) ? caller.status : -1;
    }
    [[nodiscard]] bool refreshHere()
    {
        QSignalSpy refreshed(&here.session, &AuthSession::tokensRefreshed);
        here.session.refreshNow();
        return refreshed.wait(test::patience);
    }

    QTemporaryDir folder;
    World world;
    Site here;
    Site there;
};

} // namespace

class SharedStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokensOfAnotherAreTaken()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        QVERIFY(sites.refreshHere());
        QCOMPARE(sites.statusThere(), 200);
        QCOMPARE(sites.refreshes(), QStringList {u"POST /authorization/refresh [R1] -> 200"_s});
        QCOMPARE(sites.there.session.generation(), Generation {2});
    }

    void whatIsNotForUsIsNotTaken_data()
    {
        using Change = std::function<void(TokenSet &)>;
        QTest::addColumn<Change>("change");
        // The key has the typed name, and a server may know two people by one name.
        QTest::newRow("another person's")
            << Change([](TokenSet &tokens) { tokens.accountId = u"boris"_s; });
        QTest::newRow("for other places") << Change([](TokenSet &tokens) {
            tokens.places[u"revocation"_s] = u"https://elsewhere.example.org/revoke"_s;
        });
        QTest::newRow("with a line break")
            << Change([](TokenSet &tokens) { tokens.accessToken += "\r\nX: y"; });
    }
    void whatIsNotForUsIsNotTaken()
    {
        QFETCH(const std::function<void(TokenSet &)>, change);
        TwoSites sites;
        QVERIFY(sites.signIn());
        TokenSet others = sites.here.session.tokens();
        others.accessToken = "stored meanwhile";
        change(others);
        sites.here.store.save({u"custom-jwt"_s, u"anna"_s, {}, {}}, others, nullptr, {});
        QTRY_VERIFY(sites.there.stored(sites.folder) == others);
        QCOMPARE(sites.statusThere(), 200);
        QCOMPARE(sites.world.backend.transcript(),
            (QStringList {u"GET /api/resources [A1] -> 401"_s,
                u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A2] -> 200"_s}));
    }

    // Race 25: the store still has the old refresh token, which is spent.
    void whatCouldNotBeStoredIsNewerThanTheStore()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        auto refresh = sites.world.backend.on(u"/authorization/refresh"_s);
        refresh.hold();
        auto &caller = sites.world.watch(sites.there.manager.get(sites.world.request()));
        QTRY_COMPARE(refresh.heldCount(), 1);
        const QString turn = sites.folder.filePath(u"tokens.ini.turn"_s);
        // Makes writing impossible.
        QVERIFY((!QFile::exists(turn) || QFile::remove(turn)) && QDir().mkdir(turn));
        refresh.release();
        QVERIFY(caller.waitUntilFinished());
        QCOMPARE(caller.status, 200);
        QVERIFY(sites.there.session.storeProblem());
        sites.world.backend.expireAccessTokens();
        QCOMPARE(sites.statusThere(), 200);
        QCOMPARE(sites.refreshes(),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"POST /authorization/refresh [R2] -> 200"_s}));
    }

    //! The other process does not know that the token is over; that says nothing about a refresh.
    void whatIsTakenMayBeOverAsWell_data()
    {
        QTest::addColumn<bool>("endsSession");
        QTest::addColumn<bool>("isFreshAccepted");
        QTest::addColumn<int>("status");
        QTest::newRow("a refresh cures it") << false << true << 200;
        QTest::newRow("likewise, where a challenged replay ends the session")
            << true << true << 200;
        QTest::newRow("none does: the caller's, once") << false << false << 401;
        QTest::newRow("none does: the end, once") << true << false << 401;
    }
    void whatIsTakenMayBeOverAsWell()
    {
        QFETCH(const bool, endsSession);
        QFETCH(const bool, isFreshAccepted);
        QFETCH(const int, status);
        TwoSites sites(
            [&](BackendProfile &profile) { profile.replayChallengeEndsSession = endsSession; });
        QVERIFY(sites.signIn());
        QVERIFY(sites.refreshHere());
        sites.world.backend.expireAccessTokens();
        if (!isFreshAccepted)
            sites.world.backend.answerResources(demobackend::ResourceAnswer::Unauthorized);
        QCOMPARE(sites.statusThere(), status);
        QCOMPARE(sites.world.backend.transcript(),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"GET /api/resources [A1] -> 401"_s, u"GET /api/resources [A2] -> 401"_s,
                u"POST /authorization/refresh [R2] -> 200"_s,
                u"GET /api/resources [A3] -> %1"_s.arg(status)}));
        QCOMPARE(sites.there.session.isSignedIn(), isFreshAccepted || !endsSession);
    }

    void theirRefreshTokenIsUsedWhenTheirsHasExpiredToo()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        QVERIFY(sites.refreshHere());
        TokenSet old = sites.here.session.tokens();
        old.expiresAt =
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - 1h);
        sites.here.session.setTokens(old);
        QTRY_VERIFY(sites.there.stored(sites.folder) == old);
        QCOMPARE(sites.statusThere(), 200);
        QCOMPARE(sites.refreshes(),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"POST /authorization/refresh [R2] -> 200"_s}));
    }

    void whoSignsOutSignsOutEverywhere()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        QSignalSpy ended(&sites.there.session, &AuthSession::sessionEnded);
        sites.here.session.signOut();
        QTRY_VERIFY(!sites.there.restores(sites.folder));
        QCOMPARE(sites.statusThere(), 401);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended.front().front().value<EndReason>(), EndReason::SignedOutElsewhere);
        QCOMPARE(sites.refreshes(), QStringList());
    }

    // A session that ends erases only its own tokens: another process has stored newer ones.
    void whoLosesTheSessionLeavesTheTokensOfOthers()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        TokenSet ours = sites.there.session.tokens();
        ours.refreshToken.clear(); // the next challenge ends this session
        sites.there.session.setTokens(ours);
        QTRY_COMPARE(sites.there.stored(sites.folder), ours);
        sites.here.session.setTokens(sites.here.session.tokens());
        QTRY_COMPARE(sites.there.stored(sites.folder), sites.here.session.tokens());
        QCOMPARE(sites.statusThere(), 401);
        QTRY_VERIFY(!sites.there.session.isSignedIn());
        QVERIFY(sites.refreshHere()); // after all earlier writes to the file
        QCOMPARE(sites.there.stored(sites.folder), sites.here.session.tokens());
    }

    // A refresh has its whole deadline after another process has released the lock.
    void theDeadlineBeginsAnewWithTheLock()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        World &world = sites.world;
        authcore::testing::ManualClock clock;
        SettingsTokenStore store(sites.folder.filePath(u"tokens.ini"_s));
        auto profile = world.profile;
        profile.policy.tryTimeout = profile.policy.totalTimeout = 30s;
        AuthSession session(profile, store, clock, [] { return 0.5; });
        QSignalSpy restored(&session, &AuthSession::restored);
        session.restore(u"anna"_s);
        QTRY_COMPARE(restored.size(), 1);
        QSignalSpy failed(&session, &AuthSession::refreshFailed);
        QSignalSpy refreshed(&session, &AuthSession::tokensRefreshed);
        SystemClock time;
        RefreshLock other(store.lockPath({world.profile.id, u"anna"_s, {}, {}}), time);
        other.acquire([](RefreshLock::Acquired) {});
        QTRY_VERIFY(other.isHeld());
        world.backend.on(u"/authorization/refresh"_s).hold();
        session.refreshNow();
        clock.advance(25s); // the refresh tries to lock again and again
        other.release();
        clock.advance(100ms);
        QTRY_COMPARE(world.backend.on(u"/authorization/refresh"_s).heldCount(), 1);
        clock.advance(25s);
        QCOMPARE(failed.size(), 0);
        world.backend.on(u"/authorization/refresh"_s).release();
        QTRY_COMPARE(refreshed.size(), 1);
    }

    // The answer of a refresh on the wire does not undo a sign-out.
    void aSignOutIsNotUndoneByARefresh()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        QSignalSpy ended(&sites.there.session, &AuthSession::sessionEnded);
        sites.world.backend.on(u"/authorization/refresh"_s).hold();
        auto &caller = sites.world.watch(sites.there.manager.get(sites.world.request()));
        QTRY_COMPARE(sites.world.backend.on(u"/authorization/refresh"_s).heldCount(), 1);
        sites.here.session.signOut();
        QTRY_VERIFY(!sites.there.restores(sites.folder));
        sites.world.backend.on(u"/authorization/refresh"_s).release();
        QTRY_COMPARE(caller.finished, 1);
        QCOMPARE(caller.status, 401);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ended.front().front().value<EndReason>(), EndReason::SignedOutElsewhere);
        QVERIFY(!sites.there.restores(sites.folder));
    }

    // A process may hold the lock for long: a good token stays in use.
    void anEarlyRefreshThatHasToWaitHoldsNobodyUp()
    {
        TwoSites sites([](BackendProfile &profile) { profile.policy.leeway = 1h; });
        QVERIFY(sites.signIn());
        QVERIFY(sites.refreshHere());
        TokenSet tired = sites.here.session.tokens();
        tired.expiresAt = // within the leeway, for longer than the test takes
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() + 30min);
        tired.receivedAt = *tired.expiresAt - 24h;
        sites.here.session.setTokens(tired);
        SystemClock clock;
        RefreshLock other(
            sites.here.store.lockPath({sites.world.profile.id, u"anna"_s, {}, {}}), clock);
        other.acquire([](RefreshLock::Acquired) {});
        QTRY_VERIFY(other.isHeld());
        auto &caller = sites.world.watch(sites.here.manager.get(sites.world.request()));
        QTRY_COMPARE(caller.status, 200);
        QVERIFY(sites.here.session.isRefreshInProgress());
        QCOMPARE(sites.refreshes().size(), 1); // the first one
        other.release();
        QTRY_COMPARE(sites.refreshes().size(), 2);
        QTRY_VERIFY(!sites.here.session.isRefreshInProgress());
    }

    void whoStopsStoringWhileItWaitsStaysSignedIn()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        SystemClock clock;
        RefreshLock other(
            sites.here.store.lockPath({sites.world.profile.id, u"anna"_s, {}, {}}), clock);
        other.acquire([](RefreshLock::Acquired) {});
        QTRY_VERIFY(other.isHeld());
        auto &caller = sites.world.watch(sites.here.manager.get(sites.world.request()));
        QTRY_VERIFY(sites.here.session.isRefreshInProgress());
        sites.here.session.setPersistence(AuthSession::Persistence::MemoryOnly);
        other.release();
        QTRY_COMPARE(caller.status, 200);
        QVERIFY(sites.here.session.isSignedIn());
    }

    void whatIsKeptInMemoryOnlyIsNotCompared()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        sites.there.session.setPersistence(AuthSession::Persistence::MemoryOnly);
        QCOMPARE(sites.statusThere(), 200);
        QCOMPARE(sites.refreshes(), QStringList {u"POST /authorization/refresh [R1] -> 200"_s});
    }

    void bothAtOnceTakeTurns()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        for (int i = 0; i < 10; ++i) {
            sites.world.watch(sites.here.manager.get(sites.world.request()));
            sites.world.watch(sites.there.manager.get(sites.world.request()));
        }
        QTRY_COMPARE(sites.world.endedWith(200), 20);
        QCOMPARE(sites.refreshes().size(), 1);
    }

    // Race 14: a refresh concerns one account, client and scope; others neither wait for it nor
    // take its tokens.
    void othersRefreshApart_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("clientId");
        QTest::addColumn<QString>("scope");
        QTest::newRow("another scope") << u"anna"_s << QString() << u"orders:write"_s;
        QTest::newRow("another client") << u"anna"_s << u"another-client"_s << QString();
        QTest::newRow("another account") << u"boris"_s << QString() << QString();
    }
    void othersRefreshApart()
    {
        QFETCH(const QString, user);
        QFETCH(const QString, clientId);
        QFETCH(const QString, scope);
        World world([](auto &profile) { // sign-ins do not end each other's sessions
            profile = *BackendProfile::preset(u"json-bearer"_s, profile.baseUrl);
            test::giveTime(profile);
        });
        auto profile = world.profile;
        profile.clientId = clientId;
        profile.scope = scope;
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"tokens.ini"_s);
        Site here(world.profile, file);
        Site there(profile, file);
        QVERIFY(here.signIn(u"anna"_s) && there.signIn(user));
        world.backend.clearTranscript();
        world.backend.expireAccessTokens();
        auto refresh = world.backend.on(u"/api/auth/refresh"_s);
        refresh.hold();
        world.watch(here.manager.get(world.request(u"/api/notes"_s)));
        world.watch(there.manager.get(world.request(u"/api/notes"_s)));
        QTRY_COMPARE(refresh.heldCount(), 2); // both at once
        refresh.release();
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.backend.counters().rotations, 2);
        QCOMPARE(world.backend.counters().reuses, 0);
        QVERIFY(!here.session.tokens().hasCredentialsOf(there.session.tokens()));
        // A new session finds its own tokens.
        Site hereAgain(world.profile, file);
        Site thereAgain(profile, file);
        QVERIFY(hereAgain.restore(u"anna"_s) && thereAgain.restore(user));
        QCOMPARE(hereAgain.session.tokens().accessToken, here.session.tokens().accessToken);
        QCOMPARE(thereAgain.session.tokens().accessToken, there.session.tokens().accessToken);
    }
};

QTEST_GUILESS_MAIN(SharedStore)
#include "tst_sharedstore.moc"
