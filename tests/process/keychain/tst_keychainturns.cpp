// One entry of a real keyring and several processes: each writes in its turn, and none undoes the
// write of another one.
#include "authcore/keychain/keychaintokenstore.h"
#include "authcore/system/kernellock.h"
#include "authcore/testing/manualclock.h"
#include "tests/process/keychain/operations.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QScopeGuard>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusConnectionInterface>
#include <QtTest/QSignalSpy>
#include <qt6keychain/keychain.h>

#include <memory>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::KernelLock;
using authcore::KeychainTokenStore;
using test::described;
using test::loaded;
using test::saved;
using test::tokensCalled;

namespace {

const QString service = u"Tokenflight test"_s;
const auto key = test::sharedKey();
const QString done = u"done"_s;
const QString gone = u"The stored tokens are not there any more."_s;
const QString other = u"Other tokens have been stored meanwhile."_s;

bool isDone(QKeychain::Job &job)
{
    QSignalSpy finished(&job, &QKeychain::Job::finished);
    job.setAutoDelete(false);
    job.setKey(key.toString());
    job.start();
    return finished.wait() && job.error() == QKeychain::NoError;
}

//! Writes tokens, or removes them, without a KeychainTokenStore, as another process would.
bool write(const QByteArray &name)
{
    QKeychain::DeletePasswordJob removing(service);
    if (name.isEmpty())
        return isDone(removing);
    QKeychain::WritePasswordJob writing(service);
    writing.setTextData(QString::fromLatin1(tokensCalled(name).serialized()));
    return isDone(writing);
}

} // namespace

class TestKeychainTurns : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] QString turn() const
    {
        const auto path = m_store.lockPath(key);
        return path.left(path.lastIndexOf(u'.')) % u".turn"_s;
    }
    void begin(KeychainTokenStore &store, const QString &operation)
    {
        test::operate(
            store, operation, this, [this](const auto &result) { m_answers += described(result); });
    }
    //! Checks without a pause, since a turn may be short.
    [[nodiscard]] bool waitUntilTaken() const
    {
        const QDeadlineTimer end(5s);
        while (!QFile::exists(turn()) && !end.hasExpired())
            QCoreApplication::processEvents();
        return QFile::exists(turn());
    }
    static void startAndWaitFor(
        const QByteArray &line, QProcess &process, const QString &program, const QString &argument)
    {
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(program, {argument});
        QTRY_VERIFY(process.canReadLine());
        QCOMPARE(process.readLine().trimmed(), line);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QTRY_VERIFY(QDBusConnection::sessionBus().interface()->isServiceRegistered(
            u"org.freedesktop.secrets"_s));
    }
    void init()
    {
        QVERIFY(!saved(m_store, key, tokensCalled("one")));
        m_answers.clear();
    }
    void cleanup() { QTRY_VERIFY(!QFile::exists(turn())); }

    void whatAnotherProcessDoesInItsTurnStays_data()
    {
        QTest::addColumn<QString>("ours");
        QTest::addColumn<QByteArray>("theirs");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("then");
        const auto row = [](const char *name, const QString &ours, const QByteArray &theirs,
                             const QString &answer, const QString &then) {
            QTest::newRow(name) << ours << theirs << answer << then;
        };
        // clang-format off
        row("they sign out, and we refresh",                u"update"_s,      "",      gone,  u"nothing"_s);
        row("they sign out, and we change what we found",   u"update only"_s, "",      other, u"nothing"_s);
        row("they sign in, and we change what we found",    u"update only"_s, "three", other, u"access three"_s);
        row("they sign in, and our old session ends",       u"remove only"_s, "three", done,  u"access three"_s);
        row("they sign out, and we sign in",                u"save"_s,        "",      done,  u"access three"_s);
        row("they sign in, and we sign out",                u"remove"_s,      "three", done,  u"nothing"_s);
        // clang-format on
    }
    void whatAnotherProcessDoesInItsTurnStays()
    {
        QFETCH(const QString, ours);
        QFETCH(const QByteArray, theirs);
        QFETCH(const QString, answer);
        QFETCH(const QString, then);
        KernelLock lock(turn());
        QCOMPARE(lock.tryLock(), KernelLock::Got::Held);
        begin(m_store, ours);
        QVERIFY(write(theirs));
        QCOMPARE(m_answers, QStringList());
        lock.remove();
        QTRY_COMPARE(m_answers, QStringList(answer));
        QCOMPARE(described(loaded(m_store, key)), then);
    }

    // The operations may end in any order.
    void twoProcessesUndoNothing_data()
    {
        QTest::addColumn<QString>("ours");
        QTest::addColumn<QString>("theirs");
        QTest::addColumn<QString>("then");
        // clang-format off
        QTest::newRow("a refresh and a sign-out")         << u"update"_s      << u"remove"_s << u"nothing"_s;
        QTest::newRow("a change and a sign-out")          << u"update only"_s << u"remove"_s << u"nothing"_s;
        QTest::newRow("a change and a sign-in")           << u"update only"_s << u"save"_s   << u"access three"_s;
        QTest::newRow("the end of a session and a sign-in") << u"remove only"_s << u"save"_s << u"access three"_s;
        // clang-format on
    }
    void twoProcessesUndoNothing()
    {
        QFETCH(const QString, ours);
        QFETCH(const QString, theirs);
        QFETCH(const QString, then);
        QProcess scribe;
        startAndWaitFor("ready", scribe, QStringLiteral(KEYCHAINSCRIBE), service);
        for (int round = 1; round <= 8; ++round) {
            QVERIFY(!saved(m_store, key, tokensCalled("one")));
            scribe.write(theirs.toLatin1() + '\n');
            begin(m_store, ours);
            QTRY_VERIFY(scribe.canReadLine() && m_answers.size() == round);
            QCOMPARE(scribe.readLine().trimmed(), QByteArray("done"));
            QCOMPARE(described(loaded(m_store, key)), then);
        }
        scribe.closeWriteChannel();
        QVERIFY(scribe.waitForFinished());
    }

    void aHolderThatIsKilledIsNotWaitedFor()
    {
        QProcess holder;
        startAndWaitFor("held", holder, QStringLiteral(LOCKHOLDER), turn());
        authcore::testing::ManualClock clock; // whose patience never ends
        KeychainTokenStore store(service, clock);
        begin(store, u"update"_s);
        QVERIFY(write("three"));
        QCOMPARE(m_answers, QStringList());
        holder.kill();
        QVERIFY(holder.waitForFinished());
        QTRY_COMPARE(m_answers, QStringList(done));
        QCOMPARE(described(loaded(m_store, key)), u"access two"_s);
    }

    void aHolderThatNeverLetsGoIsWaitedForUntilPatienceEnds()
    {
        KernelLock lock(turn());
        QCOMPARE(lock.tryLock(), KernelLock::Got::Held);
        authcore::testing::ManualClock clock;
        KeychainTokenStore store(service, clock);
        begin(store, u"update"_s);
        clock.advance(store.patience() - 1ms);
        QVERIFY(write("three"));
        QCOMPARE(m_answers, QStringList());
        clock.advance(1ms);
        QTRY_COMPARE(m_answers, QStringList(done));
        QCOMPARE(described(loaded(store, key)), u"access two"_s);
        QCOMPARE(clock.pendingTimers(), 0);
        QVERIFY(QFile::exists(turn()));
        lock.remove();
    }

    void readingNeedsNoTurn()
    {
        KernelLock lock(turn());
        QCOMPARE(lock.tryLock(), KernelLock::Got::Held);
        QCOMPARE(described(loaded(m_store, key)), u"access one"_s);
        lock.remove();
    }

    void withoutALockFileItWorks()
    {
        const QString folder = QFileInfo(turn()).path();
        QVERIFY(QDir(folder).removeRecursively());
        QFile inTheWay(folder); // also a test run as root cannot replace it
        QVERIFY(inTheWay.open(QFile::WriteOnly));
        const auto away = qScopeGuard([&inTheWay] { inTheWay.remove(); });
        authcore::testing::ManualClock clock; // whose patience never ends
        KeychainTokenStore store(service, clock);
        begin(store, u"update"_s);
        QTRY_COMPARE(m_answers, QStringList(done));
        QCOMPARE(described(loaded(m_store, key)), u"access two"_s);
    }

    void whatWasBegunIsDoneWithoutStoreAndClock_data()
    {
        QTest::addColumn<QStringList>("begun");
        QTest::addColumn<QString>("when");
        QTest::addColumn<QString>("then");
        const auto rows = [](const QStringList &begun, const QString &then) {
            for (const char *when :
                {"at once", "while the keychain is asked", "while another has the turn"})
                QTest::addRow("%s, %s", qPrintable(begun.join(u", "_s)), when)
                    << begun << QString::fromLatin1(when) << then;
        };
        rows({u"save"_s}, u"access three"_s);
        rows({u"update"_s}, u"access two"_s);
        rows({u"update only"_s}, u"access two"_s);
        rows({u"remove"_s}, u"nothing"_s);
        rows({u"remove only"_s}, u"nothing"_s);
        rows({u"update"_s, u"remove"_s}, u"nothing"_s);
        rows({u"remove only"_s, u"save"_s, u"update"_s}, u"access two"_s);
    }
    void whatWasBegunIsDoneWithoutStoreAndClock()
    {
        QFETCH(const QStringList, begun);
        QFETCH(const QString, when);
        QFETCH(const QString, then);
        KernelLock lock(turn());
        if (when == "while another has the turn"_L1)
            QCOMPARE(lock.tryLock(), KernelLock::Got::Held);
        const auto children = QCoreApplication::instance()->children();
        auto clock = std::make_unique<authcore::testing::ManualClock>();
        auto store = std::make_unique<KeychainTokenStore>(service, *clock);
        for (const auto &operation : begun)
            begin(*store, operation);
        if (when == "while the keychain is asked"_L1)
            QVERIFY(waitUntilTaken());
        store.reset();
        clock.reset();
        lock.remove();
        QTRY_COMPARE(described(loaded(m_store, key)), then);
        QTRY_COMPARE(QCoreApplication::instance()->children(), children);
        QCOMPARE(described(loaded(m_store, key)), then);
        QCOMPARE(m_answers, QStringList());
    }

    void patienceEndsWithoutStoreAndClockToo()
    {
        KernelLock lock(turn());
        QCOMPARE(lock.tryLock(), KernelLock::Got::Held);
        auto clock = std::make_unique<authcore::testing::ManualClock>();
        auto store = std::make_unique<KeychainTokenStore>(service, *clock);
        store->setPatience(3s); // real seconds, enough for a busy keyring
        begin(*store, u"update"_s);
        store.reset();
        clock.reset();
        QTRY_COMPARE_WITH_TIMEOUT(described(loaded(m_store, key)), u"access two"_s, 20'000);
        lock.remove();
    }

    void aProgramMayEndMeanwhile()
    {
        QProcess scribe;
        startAndWaitFor("ready", scribe, QStringLiteral(KEYCHAINSCRIBE), service);
        scribe.write("update\nsave\n");
        scribe.closeWriteChannel();
        QVERIFY(scribe.waitForFinished());
        QCOMPARE(scribe.exitStatus(), QProcess::NormalExit);
        QCOMPARE(scribe.exitCode(), 0);
        QVERIFY(!QFile::exists(turn()));
    }

private:
    KeychainTokenStore m_store {service};
    QStringList m_answers;
};

QTEST_GUILESS_MAIN(TestKeychainTurns)
#include "tst_keychainturns.moc"
