// New tokens are stored before anybody uses them; a store that fails or is silent ends no session.
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::StoreError;
using authcore::TokenKey;
using authcore::TokenSet;
using authcore::TokenStore;
using authcore::WriteCondition;
using test::World;

namespace {

// A store that can fail its writes, or delay them.
class MoodyStore : public authcore::MemoryTokenStore
{
public:
    using Then = std::function<void(const Done &)>;

    // Refreshed tokens are saved over anything once an entry was there.
    void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context, Then then) override
    {
        if (!tokens || std::holds_alternative<authcore::OverTokens>(condition))
            MemoryTokenStore::write(key, condition, tokens, context, std::move(then));
        else if (std::holds_alternative<authcore::OverAnything>(condition))
            saveMoodily(key, *tokens, context, then);
        else
            load(key, context, [=, this](const Loaded &found) {
                const auto verdict = authcore::judged(condition, found, tokens);
                if (verdict.isMet)
                    saveMoodily(key, *tokens, context, then);
                else
                    then(verdict.answer);
            });
    }

    void release()
    {
        silent = false;
        for (const auto &save : std::exchange(held, {}))
            save();
    }

    bool failing = false;
    bool silent = false;
    int saves = 0;
    std::vector<std::function<void()>> held;

private:
    void saveMoodily(
        const TokenKey &key, const TokenSet &tokens, QObject *context, const Then &then)
    {
        ++saves;
        if (silent) {
            held.emplace_back([=, this] {
                MemoryTokenStore::write(key, authcore::OverAnything {}, tokens, context, then);
            });
            return;
        }
        if (failing) {
            QMetaObject::invokeMethod(
                context,
                [then] {
                    then(StoreError {StoreError::Code::Unwritable, u"disk full"_s});
                },
                Qt::QueuedConnection);
            return;
        }
        MemoryTokenStore::write(key, authcore::OverAnything {}, tokens, context, then);
    }
};

// A world whose session keeps its tokens in a moody store.
struct MoodyWorld : World
{
    MoodyWorld()
    {
        manager.reset();
        session = std::make_unique<AuthSession>(profile, moody, clock, [] { return 0.5; });
        manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
    }
    ~MoodyWorld()
    {
        manager.reset(); // before the store that the session uses
        session.reset();
    }

    [[nodiscard]] std::optional<authcore::TokenSet> storedInMoody()
    {
        std::optional<authcore::TokenSet> found;
        bool done = false;
        moody.load({profile.id, u"anna"_s, {}, {}}, &moody, [&](const TokenStore::Loaded &loaded) {
            found = std::get<std::optional<authcore::TokenSet>>(loaded);
            done = true;
        });
        return test::waitFor([&] { return done; }) ? found : std::nullopt;
    }

    MoodyStore moody;
};

} // namespace

class Storing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newTokensAreStoredBeforeTheyAreUsed()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QTRY_COMPARE(world.moody.saves, 2);
        world.moody.silent = true;
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        world.get();
        QTRY_COMPARE(world.moody.held.size(), std::size_t(1));
        QCOMPARE(world.refreshesOnTheWire(), 1);
        QCOMPARE(refreshed.size(), 0);
        QCOMPARE(world.manager->pendingReplies().size(), 1);
        world.moody.release();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(refreshed.size(), 1);
    }

    // Rules: the tokens stay in memory, the write is tried again, and the old refresh token is not
    // sent again.
    void aFailedWriteIsTriedAgain()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::storeFailed);
        QSignalSpy recovered(world.session.get(), &AuthSession::storeRecovered);
        world.moody.failing = true;
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(failed.size(), 1);
        QVERIFY(world.session->storeProblem());
        QCOMPARE(world.session->storeProblem()->detail, u"disk full"_s);

        world.clock.advance(1s);
        QTRY_COMPARE(failed.size(), 2);
        world.moody.failing = false;
        world.clock.advance(1s);
        QCOMPARE(world.clock.nextTimer(), 1s); // the pauses grow
        QCOMPARE(recovered.size(), 0);
        world.clock.advance(1s);
        QTRY_COMPARE(recovered.size(), 1);
        QVERIFY(!world.session->storeProblem());

        world.breakAccess();
        world.get();
        QTRY_COMPARE(world.endedWith(200), 2);
        QCOMPARE(world.backend.transcript(u"POST /authorization/refresh"_s),
            (QStringList {u"POST /authorization/refresh [R1] -> 200"_s,
                u"POST /authorization/refresh [R2] -> 200"_s}));
    }

    // A keychain that waits for a password must not cost tokens in memory.
    void aSilentStoreIsNotWaitedForBeyondTheDeadline()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.moody.silent = true;
        world.get();
        QTRY_COMPARE(world.moody.held.size(), std::size_t(1));
        world.clock.advance(world.profile.policy.totalTimeout);
        QTRY_COMPARE(world.endedWith(200), 1);
        QVERIFY(world.session->isSignedIn());
        world.moody.release();
    }

    // Race 22, in the middle of the write.
    void signingOutWhileStoringLeavesTheStoreEmpty()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        world.moody.silent = true;
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        world.get();
        QTRY_COMPARE(world.moody.held.size(), std::size_t(1));
        world.moody.release(); // written, but its callback is still to come
        world.session->signOut();
        QCOMPARE(world.endedWith(401), 1);
        bool looked = false;
        std::optional<authcore::TokenSet> left;
        world.moody.load(
            {world.profile.id, u"anna"_s, {}, {}}, this, [&](const TokenStore::Loaded &loaded) {
                left = std::get<std::optional<authcore::TokenSet>>(loaded);
                looked = true;
            });
        QTRY_VERIFY(looked);
        QVERIFY(!left);
        QCOMPARE(refreshed.size(), 0);
    }

    // The new tokens become unwanted while they are on their way to the store.
    void unwantedTokensDoNotStayStored_data()
    {
        using Change = std::function<void(World &)>;
        QTest::addColumn<Change>("change");
        QTest::newRow("memory only") << Change([](World &world) {
            world.session->setPersistence(AuthSession::Persistence::MemoryOnly);
        });
        QTest::newRow("other endpoints") << Change([](World &world) {
            auto elsewhere = world.profile;
            elsewhere.refresh.url = QUrl(u"/elsewhere"_s);
            world.session->setProfile(elsewhere);
        });
    }
    void unwantedTokensDoNotStayStored()
    {
        using Change = std::function<void(World &)>;
        QFETCH(const Change, change);
        MoodyWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QTRY_COMPARE(world.moody.saves, 2);
        world.moody.silent = true;
        world.get();
        QTRY_COMPARE(world.moody.held.size(), std::size_t(1));
        change(world);
        world.moody.release();
        QTRY_COMPARE(world.finishedCount(), 1);
        QTRY_VERIFY(!world.storedInMoody());
    }

    // A late answer of the store counts for the refresh that asked, not for the next one.
    void aLateAnswerOfTheStoreAnnouncesNoOtherRefresh()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QTRY_COMPARE(world.moody.saves, 2);
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        world.moody.silent = true;
        world.get();
        QTRY_COMPARE(world.moody.held.size(), std::size_t(1));
        world.clock.advance(world.profile.policy.totalTimeout);
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(refreshed.size(), 1);
        world.session->refreshNow();
        QTRY_COMPARE(world.moody.held.size(), std::size_t(2));
        const auto first = world.moody.held.front();
        world.moody.held.erase(world.moody.held.begin());
        first();
        QVERIFY(world.storedInMoody()); // and its callback has been called
        QCOMPARE(refreshed.size(), 1);
        QVERIFY(world.session->isRefreshInProgress());
        world.moody.release();
        QTRY_COMPARE(refreshed.size(), 2);
    }

    // A sign-in that lasts until the program ends begins while the tokens are being stored.
    void theNextPersistenceCountsFromTheNextTokensOn()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        QVERIFY(world.storedInMoody());
        world.session->setPersistence(
            AuthSession::Persistence::MemoryOnly, AuthSession::Tokens::Next);
        QVERIFY(world.storedInMoody()); // the sign-in may still fail
        QVERIFY(world.signIn());
        QTRY_VERIFY(!world.storedInMoody());
        QVERIFY(world.session->isSignedIn());
    }

    void memoryOnlyLeavesNothingBehind()
    {
        MoodyWorld world;
        QVERIFY(world.signIn());
        QCOMPARE(world.moody.saves, 1);
        world.session->setPersistence(AuthSession::Persistence::MemoryOnly);
        world.breakAccess();
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.moody.saves, 1);
        AuthSession next(world.profile, world.moody);
        QSignalSpy restored(&next, &AuthSession::restored);
        next.restore(u"anna"_s);
        QTRY_COMPARE(restored.size(), 1);
        QCOMPARE(restored[0][0].toBool(), false);
    }
};

QTEST_GUILESS_MAIN(Storing)
#include "tst_storing.moc"
