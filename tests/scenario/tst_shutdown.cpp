// Race 60: a session when the program is about to end. tests/process/tst_quitting.cpp tests
// programs that do end.
#include "authcore/system/kernellock.h"
#include "tests/support/world.h"

#include <QtCore/QTemporaryDir>

#include <deque>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::AuthSession;
using test::World;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

// A store that other processes share, and whose writes can be held back.
class HeldStore : public authcore::MemoryTokenStore
{
public:
    [[nodiscard]] QString lockPath(const authcore::TokenKey &) const override
    {
        return m_folder.filePath(u"refresh.lock"_s);
    }
    void write(const authcore::TokenKey &key, const authcore::WriteCondition &condition,
        const std::optional<authcore::TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override
    {
        m_writes.emplace_back([=, this, context = QPointer(context)] {
            MemoryTokenStore::write(key, condition, tokens, context, then);
        });
        if (!isHeld)
            carryOut();
    }
    [[nodiscard]] bool waitForWrites(std::chrono::milliseconds) override
    {
        return m_writes.empty();
    }
    void carryOut()
    {
        for (; !m_writes.empty(); m_writes.pop_front())
            m_writes.front()();
    }
    [[nodiscard]] std::size_t waiting() const { return m_writes.size(); }

    bool isHeld = false;

private:
    QTemporaryDir m_folder;
    std::deque<std::function<void()>> m_writes;
};

} // namespace

class Shutdown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRefreshUnderWayIsWaitedFor()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy refreshed(world.session.get(), &AuthSession::tokensRefreshed);
        QSignalSpy done(world.session.get(), &AuthSession::shutDown);
        bool isStored = false;
        connect(world.session.get(), &AuthSession::shutDown, this,
            [&] { isStored = world.stored() == world.session->tokens(); });
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.session->shutdown();
        QCoreApplication::processEvents();
        QCOMPARE(done.size(), 0);
        world.backend.on(refreshPath).release();
        QTRY_COMPARE(done.size(), 1);
        QCOMPARE(refreshed.size(), 1);
        QVERIFY(isStored);
        QTRY_COMPARE(world.endedWith(200), 1);
    }

    // Another process would refresh with the refresh token that this one has spent.
    void theLockIsHeldUntilTheNewTokensAreStored()
    {
        using Got = authcore::KernelLock::Got;
        HeldStore store;
        World world;
        world.manager.reset();
        world.session =
            std::make_unique<AuthSession>(world.profile, store, world.clock, [] { return 0.5; });
        QVERIFY(world.signIn());
        QTRY_VERIFY(world.session->isStored());
        authcore::KernelLock another(store.lockPath({}));
        QCOMPARE(another.tryLock(), Got::Held);
        another.unlock();
        store.isHeld = true;
        world.session->refreshNow();
        world.clock.advance(1ms); // the lock is taken from the event loop
        QTRY_COMPARE(store.waiting(), std::size_t(1));
        world.session.reset();
        QCOMPARE(another.tryLock(), Got::Busy);
        store.carryOut();
        QTRY_COMPARE(another.tryLock(), Got::Held);
    }

    void theWaitHasAnEnd()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy done(world.session.get(), &AuthSession::shutDown);
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.session->shutdown(5s);
        world.clock.advance(4'999ms);
        QCOMPARE(done.size(), 0);
        world.clock.advance(1ms);
        QCOMPARE(done.size(), 1);
    }

    void whereNothingIsUnderWayItIsDoneAtOnce()
    {
        World world;
        QVERIFY(world.signIn());
        QSignalSpy done(world.session.get(), &AuthSession::shutDown);
        world.session->shutdown();
        QCOMPARE(done.size(), 0); // from the event loop
        QTRY_COMPARE(done.size(), 1);
    }

    void aSignOutMeanwhileEndsTheWait()
    {
        World world;
        QVERIFY(world.signIn());
        world.breakAccess();
        QSignalSpy done(world.session.get(), &AuthSession::shutDown);
        world.backend.on(refreshPath).hold();
        world.get();
        QTRY_COMPARE(world.backend.on(refreshPath).heldCount(), 1);
        world.session->shutdown();
        world.session->signOut();
        QTRY_COMPARE(done.size(), 1);
        QVERIFY(!world.stored());
    }

    // After shutdown() nothing begins a refresh.
    void noRefreshBegins_data()
    {
        using Cause = std::function<void(World &)>;
        QTest::addColumn<Cause>("cause");
        QTest::addColumn<int>("status"); // of the request after shutdown()
        QTest::newRow("a challenge") << Cause([](World &world) { world.breakAccess(); }) << 401;
        QTest::newRow("a token that has expired")
            << Cause([](World &world) { world.clock.advance(1h); }) << 0;
        QTest::newRow("a token near its end")
            << Cause([](World &world) { world.clock.advance(880s); }) << 200;
        QTest::newRow("a person") << Cause([](World &world) { world.session->refreshNow(); })
                                  << 200;
    }
    void noRefreshBegins()
    {
        using Cause = std::function<void(World &)>;
        QFETCH(const Cause, cause);
        QFETCH(const int, status);
        World world;
        QVERIFY(world.signIn());
        QSignalSpy done(world.session.get(), &AuthSession::shutDown);
        world.session->shutdown();
        QTRY_COMPARE(done.size(), 1);
        cause(world);
        world.get();
        QTRY_COMPARE(world.endedWith(status), 1);
        QCOMPARE(world.refreshesOnTheWire(), 0);
        QVERIFY(world.session->isSignedIn());
    }
};

QTEST_GUILESS_MAIN(Shutdown)

#include "tst_shutdown.moc"
