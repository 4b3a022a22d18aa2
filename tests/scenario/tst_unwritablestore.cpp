// Race 63: a refresh token is not spent when the new one could not be stored.
#include "tests/support/speaking.h"
#include "tests/support/world.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using authcore::StoreError;
using authcore::TokenError;
using authcore::TokenStore;
using test::World;

namespace {

//! A store that other processes can read, and that can be made full.
class FullStore : public authcore::MemoryTokenStore
{
public:
    void checkWritable(const authcore::TokenKey &key, QObject *context,
        std::function<void(const TokenStore::Done &)> then) override
    {
        if (isFull)
            QMetaObject::invokeMethod(
                context,
                [then] {
                    then(StoreError {StoreError::Code::Unwritable, u"no space left"_s});
                },
                Qt::QueuedConnection);
        else
            MemoryTokenStore::checkWritable(key, context, std::move(then));
    }

    bool isFull = false;
};

//! A world that is signed in, and whose session uses such a store.
struct FullWorld : World
{
    FullWorld()
    {
        manager.reset();
        session = std::make_unique<AuthSession>(profile, full, clock, [] { return 0.5; });
        manager = std::make_unique<authcore::AuthNetworkAccessManager>(*session);
    }
    ~FullWorld()
    {
        manager.reset(); // before the store that the session uses
        session.reset();
    }

    FullStore full;
};

} // namespace

class UnwritableStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRefreshTokenIsNotSpent()
    {
        FullWorld world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy failed(world.session.get(), &AuthSession::refreshFailed);
        world.full.isFull = true;
        auto &caller = world.get();
        QTRY_COMPARE(caller.finished, 1);
        QVERIFY2(caller.errorText.contains(u"no space left"), qPrintable(caller.errorText));
        QCOMPARE(failed.size(), 1);
        QCOMPARE(failed[0][0].value<TokenError>().code, TokenError::Code::StoreUnwritable);
        QCOMPARE(world.refreshesOnTheWire(), 0);
        QVERIFY(world.session->isSignedIn());

        world.full.isFull = false; // space has been made
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }

    // The token is near its expiry, but good: there is no early refresh, and no request waits for
    // one.
    void aTokenThatIsGoodGoesOnBeingUsed()
    {
        FullWorld world;
        QVERIFY(world.signIn());
        world.full.isFull = true;
        world.clock.advance(880s);
        for (int i = 0; i < 3; ++i)
            world.get();
        QTRY_COMPARE(world.endedWith(200), 3);
        QCOMPARE(world.refreshesOnTheWire(), 0);
    }

    // Tokens that no other process can read are refreshed whatever the store says.
    void tokensInMemoryOnlyAreRefreshed()
    {
        FullWorld world;
        QVERIFY(world.signIn());
        world.session->setPersistence(AuthSession::Persistence::MemoryOnly);
        world.breakAccess();
        world.full.isFull = true;
        world.get();
        QTRY_COMPARE(world.endedWith(200), 1);
        QCOMPARE(world.refreshesOnTheWire(), 1);
    }
};

QTEST_GUILESS_MAIN(UnwritableStore)

#include "tst_unwritablestore.moc"
