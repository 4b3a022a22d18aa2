// Two sessions on one settings file, as two processes have them: what one does, the other finds.
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/world.h"

#include <QtCore/QTemporaryDir>

using namespace authcore;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using test::World;

namespace {

//! One of them, with a store of its own on the shared file.
struct Site
{
    Site(const BackendProfile &profile, const QString &file)
        : store(file)
        , session(profile, store)
        , manager(session)
    {
    }
    [[nodiscard]] bool restore()
    {
        QSignalSpy restored(&session, &AuthSession::restored);
        session.restore(u"anna"_s);
        return restored.wait() && session.isSignedIn();
    }

    SettingsTokenStore store;
    AuthSession session;
    AuthNetworkAccessManager manager;
};

struct TwoSites
{
    TwoSites()
        : here(world.profile, folder.filePath(u"tokens.ini"_s))
        , there(world.profile, folder.filePath(u"tokens.ini"_s))
    {
    }
    //! Both hold A1 and R1; the access token is not good any more.
    [[nodiscard]] bool signIn()
    {
        PasswordSignIn signIn(here.session);
        QSignalSpy succeeded(&signIn, &PasswordSignIn::succeeded);
        signIn.signIn(u"anna"_s, u"anna-demo-1"_s);
        // Its tokens are on their way to the file still.
        const bool ok = succeeded.wait() && QTest::qWaitFor([this] { return there.restore(); });
        world.backend.clearTranscript();
        world.backend.expireAccessTokens();
        return ok;
    }
    [[nodiscard]] QStringList refreshes() const
    {
        return world.backend.transcript(u"POST /authorization/refresh"_s);
    }
    //! Sends one request from there and waits for its end.
    [[nodiscard]] int statusThere()
    {
        auto &caller = world.watch(there.manager.get(world.request()));
        return QTest::qWaitFor([&] { return caller.finished == 1; }) ? caller.status : -1;
    }
    [[nodiscard]] bool refreshHere()
    {
        QSignalSpy refreshed(&here.session, &AuthSession::tokensRefreshed);
        here.session.refreshNow();
        return refreshed.wait();
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

    void theirRefreshTokenIsUsedWhenTheirsHasExpiredToo()
    {
        TwoSites sites;
        QVERIFY(sites.signIn());
        QVERIFY(sites.refreshHere());
        TokenSet old = sites.here.session.tokens();
        old.expiresAt =
            std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - 1h);
        sites.here.session.setTokens(old);
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
        QCOMPARE(sites.statusThere(), 401);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(ended.front().front().value<EndReason>(), EndReason::SignedOutElsewhere);
        QCOMPARE(sites.refreshes(), QStringList());
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
};

QTEST_GUILESS_MAIN(SharedStore)
#include "tst_sharedstore.moc"
