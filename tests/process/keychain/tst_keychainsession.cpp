// Sessions with tokens in a real keyring: each refresh stores them, other processes share them.
#include "authcore/keychain/keychaintokenstore.h"
#include "tests/support/storeanswers.h"
#include "tests/support/world.h"

#include <QtCore/QProcess>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusConnectionInterface>

using namespace Qt::StringLiterals;
using authcore::AuthNetworkAccessManager;
using authcore::AuthSession;
using authcore::EndReason;
using authcore::KeychainTokenStore;
using authcore::TokenSet;
using test::described;
using test::loaded;

namespace {

const QString service = u"Tokenflight test"_s;

//! A World with a real clock and tokens in the keyring.
struct KeychainWorld : test::World
{
    KeychainWorld()
    {
        manager.reset();
        session = std::make_unique<AuthSession>(profile, keychain);
        manager = std::make_unique<AuthNetworkAccessManager>(*session);
    }

    [[nodiscard]] authcore::TokenKey key() const { return session->keyFor(u"anna"_s); }
    [[nodiscard]] bool askAndGet(int status)
    {
        return get().waitUntilFinished() && callers.back()->status == status;
    }
    //! Signs out in another process.
    [[nodiscard]] bool signOutElsewhere() { return !test::removed(elsewhere, key()); }
    //! Refreshes the keyring's tokens in another process.
    [[nodiscard]] bool refreshElsewhere()
    {
        AuthSession other(profile, elsewhere);
        QSignalSpy restored(&other, &AuthSession::restored);
        QSignalSpy refreshed(&other, &AuthSession::tokensRefreshed);
        other.restore(u"anna"_s);
        if (!restored.wait() || !restored[0][0].toBool())
            return false;
        other.refreshNow();
        return refreshed.wait();
    }
    //! Whether the keyring has the session's tokens.
    [[nodiscard]] bool isStored()
    {
        return QTest::qWaitFor([this] {
            const auto found = loaded(keychain, key());
            const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
            return tokens != nullptr && *tokens == session->tokens();
        });
    }

    KeychainTokenStore keychain {service};
    KeychainTokenStore elsewhere {service}; //!< acts as another process's store
};

//! One keychainworker process and its output so far.
class Worker
{
public:
    explicit Worker(const QUrl &server)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral(KEYCHAINWORKER), {service, server.toString()});
    }
    ~Worker()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    void get(int requests) { m_process.write(QByteArray(requests, '\n')); }
    [[nodiscard]] int said(const QByteArray &line)
    {
        while (m_process.canReadLine())
            m_lines += m_process.readLine().trimmed();
        return static_cast<int>(m_lines.count(line));
    }

private:
    QProcess m_process;
    QByteArrayList m_lines;
};

} // namespace

class KeychainSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The keyring's service starts slightly later than the bus.
    void initTestCase()
    {
        QTRY_VERIFY(QDBusConnection::sessionBus().interface()->isServiceRegistered(
            u"org.freedesktop.secrets"_s));
    }
    void init()
    {
        KeychainTokenStore store(service);
        QTRY_COMPARE(
            described(test::removed(store, {u"custom-jwt"_s, u"anna"_s, {}, {}})), u"done"_s);
    }

    void eachRefreshIsStored()
    {
        KeychainWorld world;
        QVERIFY(world.signIn());
        QVERIFY(world.isStored());
        for (int round = 1; round <= 2; ++round) {
            world.breakAccess();
            QVERIFY(world.askAndGet(200));
            QCOMPARE(world.refreshesOnTheWire(), round);
            QVERIFY(world.isStored());
        }
    }

    void anotherProcessMayHaveRefreshed()
    {
        KeychainWorld world;
        QVERIFY(world.signIn());
        QVERIFY(world.isStored());
        QVERIFY(world.refreshElsewhere());
        world.backend.clearTranscript();
        world.session->refreshNow();
        QTRY_COMPARE(world.session->generation(), authcore::Generation {2});
        QVERIFY(world.isStored());
        QVERIFY(world.askAndGet(200));
        QCOMPARE(world.refreshesOnTheWire(), 0); // the stored tokens are valid
        QCOMPARE(world.backend.counters().reuses, 0);
    }

    void aSignOutElsewhereIsBelieved_data()
    {
        QTest::addColumn<bool>("isDuringRefresh");
        QTest::newRow("before the refresh") << false;
        QTest::newRow("while it is on the wire") << true;
    }
    void aSignOutElsewhereIsBelieved()
    {
        QFETCH(const bool, isDuringRefresh);
        KeychainWorld world;
        QVERIFY(world.signIn());
        QVERIFY(world.isStored());
        QSignalSpy ended(world.session.get(), &AuthSession::sessionEnded);
        auto refresh = world.backend.on(u"/authorization/refresh"_s);
        if (isDuringRefresh) {
            refresh.hold();
            world.session->refreshNow();
            QTRY_COMPARE(refresh.heldCount(), 1);
        }
        QVERIFY(world.signOutElsewhere());
        refresh.release();
        if (!isDuringRefresh)
            world.session->refreshNow();
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ended[0][0].value<EndReason>(), EndReason::SignedOutElsewhere);
        QCOMPARE(world.refreshesOnTheWire(), isDuringRefresh ? 1 : 0);
        QCOMPARE(described(loaded(world.keychain, world.key())), u"nothing"_s);
    }

    void twoProcessesRefreshOnce()
    {
        KeychainWorld world;
        QVERIFY(world.signIn());
        QVERIFY(world.isStored());
        Worker one(world.backend.url());
        Worker two(world.backend.url());
        QTRY_VERIFY(one.said("ready") == 1 && two.said("ready") == 1);
        for (int round = 1; round <= 3; ++round) {
            world.backend.expireAccessTokens();
            one.get(3);
            two.get(3);
            QTRY_VERIFY(one.said("200") == 3 * round && two.said("200") == 3 * round);
            QCOMPARE(world.backend.counters().rotations, round);
        }
        QCOMPARE(world.backend.counters().reuses, 0);
        QCOMPARE(one.said("ended") + one.said("store-failed"), 0);
        QCOMPARE(two.said("ended") + two.said("store-failed"), 0);
    }
};

QTEST_GUILESS_MAIN(KeychainSession)
#include "tst_keychainsession.moc"
