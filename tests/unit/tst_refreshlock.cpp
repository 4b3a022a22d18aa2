#include "authcore/session/refreshlock.h"
#include "authcore/tokens/memorytokenstore.h"
#include "authcore/tokens/settingstokenstore.h"
#include "tests/support/speaking.h"

#include "authcore/testing/manualclock.h"
#include "tests/support/leftovers.h"

#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QSet>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <array>
#include <atomic>
#include <csignal>
#include <memory>
#include <sys/stat.h>
#include <thread>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::RefreshLock;
using authcore::testing::ManualClock;
using Acquired = RefreshLock::Acquired;

namespace {

//! A process that holds the lock from the constructor on.
class Holder
{
public:
    explicit Holder(const QString &path)
    {
        m_process.start(QStringLiteral(LOCKHOLDER), {path});
        isHolding = m_process.waitForReadyRead(test::patience) && m_process.readLine() == "held\n";
    }
    void letGo()
    {
        m_process.closeWriteChannel();
        QVERIFY(m_process.waitForFinished(test::patience));
    }
    void die()
    {
        m_process.kill();
        QVERIFY(m_process.waitForFinished(test::patience));
    }
    void stop(int signal) const { ::kill(static_cast<pid_t>(m_process.processId()), signal); }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

    bool isHolding = false;

private:
    QProcess m_process;
};

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly) && file.write(content) == content.size());
}

} // namespace

class TestRefreshLock : public QObject
{
    Q_OBJECT

private:
    //! Asks for the lock, and adds the result to m_heard.
    void acquire(RefreshLock &lock)
    {
        lock.acquire([this](Acquired result) {
            m_heard += result == Acquired::Yes ? u"yes"_s : u"unavailable"_s;
        });
    }
    //! Advances by the longest pause between two tries.
    void nextTry() { m_clock.advance(60ms); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"a/b/tokens.ini.refresh"_s);
        m_heard.clear();
    }

    void aFreeLockIsHeldAtTheNextTurnOfTheLoop()
    {
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        QVERIFY(m_heard.isEmpty() && lock.isWaiting() && !lock.isHeld());
        m_clock.advance(0ms);
        QCOMPARE(m_heard, QStringList {u"yes"_s});
        QVERIFY(!lock.isWaiting() && lock.isHeld());
        lock.release();
        QVERIFY(!lock.isHeld() && !QFileInfo::exists(m_path));
    }

    void theFileIsForItsOwnerOnly()
    {
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        m_clock.advance(0ms);
        constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
            | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
        QVERIFY(!QFile::permissions(m_path).testAnyFlags(others));
        QVERIFY(!QFile::permissions(QFileInfo(m_path).path()).testAnyFlags(others));
    }

    void oneAtATimeInTheOrderOfTheirTries()
    {
        std::vector<std::unique_ptr<RefreshLock>> locks;
        for (int i = 0; i < 4; ++i) {
            locks.push_back(std::make_unique<RefreshLock>(m_path, m_clock));
            acquire(*locks.back());
        }
        for (int round = 1; round <= 4; ++round) {
            nextTry();
            const auto held = std::find_if(
                locks.begin(), locks.end(), [](const auto &lock) { return lock->isHeld(); });
            QVERIFY(held != locks.end());
            QCOMPARE(m_heard.size(), round);
            QCOMPARE(std::count_if(locks.begin(), locks.end(),
                         [](const auto &lock) { return lock->isWaiting(); }),
                4 - round);
            locks.erase(held); // releases the lock
        }
    }

    void pausesAreRandomWithinBounds_data()
    {
        QTest::addColumn<double>("random");
        QTest::addColumn<std::chrono::milliseconds>("pause");
        QTest::newRow("the least") << 0.0 << 20ms;
        QTest::newRow("between") << 0.5 << 40ms;
        QTest::newRow("the most") << 0.9999 << 59ms;
    }
    void pausesAreRandomWithinBounds()
    {
        QFETCH(const double, random);
        QFETCH(const std::chrono::milliseconds, pause);
        RefreshLock other(m_path, m_clock);
        acquire(other);
        m_clock.advance(0ms);
        RefreshLock lock(m_path, m_clock, [random] { return random; });
        acquire(lock);
        for (int i = 0; i < 3; ++i) {
            m_clock.advance(i == 0 ? 0ms : pause);
            QVERIFY(m_clock.nextTimer() == pause);
        }
    }

    void releasingCancelsAWait_data()
    {
        QTest::addColumn<bool>("byDestroying");
        QTest::newRow("by release()") << false;
        QTest::newRow("by destroying it") << true;
    }
    void releasingCancelsAWait()
    {
        QFETCH(const bool, byDestroying);
        RefreshLock other(m_path, m_clock);
        acquire(other);
        auto lock = std::make_unique<RefreshLock>(m_path, m_clock);
        acquire(*lock);
        nextTry();
        byDestroying ? lock.reset() : lock->release();
        QCOMPARE(m_clock.pendingTimers(), 0);
        other.release();
        nextTry();
        QCOMPARE(m_heard, QStringList {u"yes"_s}); // the answer of the other lock
    }

    void whoHoldsItMayAskAgain()
    {
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        m_clock.advance(0ms);
        acquire(lock);
        m_clock.advance(0ms);
        QCOMPARE(m_heard, QStringList({u"yes"_s, u"yes"_s}));
        QVERIFY(lock.isHeld());
    }

    void itMayBeDestroyedByWhoHears()
    {
        auto lock = std::make_unique<RefreshLock>(m_path, m_clock);
        lock->acquire([&lock](Acquired) { lock.reset(); });
        m_clock.advance(0ms);
        QVERIFY(!lock && !QFileInfo::exists(m_path));
    }

    void aPlaceWhereNoFileCanBeMade_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("a file is in the way") << u"file/tokens.refresh"_s;
        QTest::newRow("a folder has its name") << u"folder"_s;
        QTest::newRow("a folder that cannot be written to") << u"folder/tokens.refresh"_s;
        QTest::newRow("a symbolic link has its name") << u"link"_s;
        QTest::newRow("a symbolic link to nothing has its name") << u"dangling"_s;
        QTest::newRow("a FIFO has its name") << u"fifo"_s;
    }
    void aPlaceWhereNoFileCanBeMade()
    {
        QFETCH(const QString, path);
        writeFile(m_folder->filePath(u"file"_s), "x");
        QVERIFY(QFile::link(m_folder->filePath(u"file"_s), m_folder->filePath(u"link"_s)));
        QVERIFY(QFile::link(m_folder->filePath(u"none"_s), m_folder->filePath(u"dangling"_s)));
        QVERIFY(::mkfifo(m_folder->filePath(u"fifo"_s).toLocal8Bit().constData(), 0600) == 0);
        const auto folder = m_folder->filePath(u"folder"_s);
        QVERIFY(QDir().mkdir(folder, QFile::ReadOwner | QFile::ExeOwner));
        if (path.startsWith(u"folder/"_s) && QFile(folder + u"/probe"_s).open(QFile::WriteOnly))
            QSKIP("this user may write everywhere");
        RefreshLock lock(m_folder->filePath(path), m_clock);
        acquire(lock);
        QVERIFY(m_heard.isEmpty());
        m_clock.advance(0ms);
        QCOMPARE(m_heard, QStringList {u"unavailable"_s});
        QVERIFY(!lock.isHeld() && !lock.isWaiting());
        QVERIFY2(lock.problem().contains(m_folder->path()), qPrintable(lock.problem()));
        QFile untouched(m_folder->filePath(u"file"_s));
        QVERIFY(untouched.open(QFile::ReadOnly) && untouched.readAll() == "x");
        QVERIFY(!QFile::exists(m_folder->filePath(u"none"_s)));
    }

    // Other processes.

    void aLivingHolderIsWaitedFor()
    {
        Holder holder(m_path);
        QVERIFY(holder.isHolding);
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        for (int i = 0; i < 100; ++i)
            nextTry();
        QVERIFY(m_heard.isEmpty());
        QVERIFY2(lock.holder().contains(QString::number(holder.pid())), qPrintable(lock.holder()));
        holder.letGo();
        nextTry();
        QCOMPARE(m_heard, QStringList {u"yes"_s});
    }

    void aKilledHolderIsNoticedAtTheNextTry()
    {
        Holder holder(m_path);
        QVERIFY(holder.isHolding);
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        nextTry();
        QVERIFY(m_heard.isEmpty());
        holder.die();
        QVERIFY(QFileInfo::exists(m_path));
        nextTry();
        QCOMPARE(m_heard, QStringList {u"yes"_s});
    }

    void aHolderThatIsStoppedKeepsTheLock()
    {
        Holder holder(m_path);
        QVERIFY(holder.isHolding);
        holder.stop(SIGSTOP);
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        nextTry();
        nextTry();
        QVERIFY(m_heard.isEmpty());
        holder.stop(SIGCONT);
        holder.letGo();
        nextTry();
        QCOMPARE(m_heard, QStringList {u"yes"_s});
    }

    void whatIsLeftOver_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("killed before it wrote who it is") << QByteArray();
        QTest::newRow("of something else") << QByteArray("hello\n");
        QTest::newRow("of a process with the same number") << QByteArray(
            QByteArray::number(QCoreApplication::applicationPid()) + " tst_refreshlock");
        QTest::newRow("of a QLockFile") << test::nameOfADeadProcess();
    }
    void whatIsLeftOver()
    {
        QFETCH(const QByteArray, content);
        m_path = m_folder->filePath(u"left.refresh"_s);
        writeFile(m_path, content);
        writeFile(m_path + u".rmlock"_s, {}); // a file that the lock ignores
        RefreshLock lock(m_path, m_clock);
        acquire(lock);
        m_clock.advance(0ms);
        QCOMPARE(m_heard, QStringList {u"yes"_s});
        QVERIFY2(lock.holder().endsWith(u" (tst_refreshlock)"_s), qPrintable(lock.holder()));
        lock.release();
        QVERIFY(!QFileInfo::exists(m_path));
    }

    //! If somebody deletes the file, its holder goes on, and does not delete a file of another
    //! holder.
    void aFileThatIsRemovedMeanwhile()
    {
        RefreshLock first(m_path, m_clock);
        acquire(first);
        m_clock.advance(0ms);
        QVERIFY(QFile::remove(m_path));
        RefreshLock second(m_path, m_clock);
        acquire(second);
        m_clock.advance(0ms);
        QCOMPARE(m_heard.size(), 2);
        first.release();
        RefreshLock third(m_path, m_clock);
        acquire(third);
        nextTry();
        QVERIFY(!third.isHeld()); // the second holder's file still exists
    }

    //! The holder may delete the file after another process has opened it: locking the deleted file
    //! is no lock.
    void aFileThatGoesWhileItIsTriedIsNoLock()
    {
        const auto path = m_folder->filePath(u"lock"_s);
        std::atomic<int> inside = 0;
        std::atomic<int> mostInside = 0;
        const auto takeTurns = [&] {
            authcore::KernelLock lock(path);
            for (int turns = 0; turns < 100;) {
                if (lock.tryLock() != authcore::KernelLock::Got::Held)
                    continue;
                ++turns;
                if (const int now = ++inside; now > mostInside)
                    mostInside = now;
                std::this_thread::yield();
                --inside;
                lock.remove();
            }
        };
        std::array threads {std::thread(takeTurns), std::thread(takeTurns), std::thread(takeTurns)};
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(mostInside.load(), 1);
    }

    void processesTakeTurns()
    {
        constexpr int processes = 4;
        constexpr int times = 25;
        const auto number = m_folder->filePath(u"number"_s);
        std::vector<std::unique_ptr<QProcess>> running;
        for (int i = 0; i < processes; ++i) {
            running.push_back(std::make_unique<QProcess>());
            running.back()->start(
                QStringLiteral(LOCKHOLDER), {m_path, number, QString::number(times)});
        }
        for (const auto &process : running)
            QVERIFY(process->waitForFinished(test::patience) && process->exitCode() == 0);
        QFile file(number);
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll().toInt(), processes * times);
    }

    // Stores choose the name of the lock file.

    //! Each profile, account, client and scope has a lock file of its own, so that others need not
    //! wait.
    void storesNameTheFile()
    {
        const QString longName(500, u'a');
        const QList<authcore::TokenKey> keys {{u"custom-jwt"_s, u"zoë/x"_s, {}, {}},
            {u"other"_s, u"zoë/x"_s, {}, {}}, {u"custom-jwt"_s, longName, {}, {}},
            {u"custom-jwt"_s, u"zoë/x"_s, u"client"_s, {}},
            {u"custom-jwt"_s, u"zoë/x"_s, {}, u"scope"_s}};
        const auto ini = m_folder->filePath(u"tokens.ini"_s);
        const authcore::SettingsTokenStore store(ini);
        QSet<QString> paths;
        for (const auto &key : keys) {
            const auto path = store.lockPath(key);
            QCOMPARE(path, authcore::SettingsTokenStore(ini).lockPath(key));
            QCOMPARE(QFileInfo(path).path(), m_folder->path());
            QVERIFY(QFileInfo(path).fileName().size() < 100 && !path.contains(u"zo"_s));
            QVERIFY(authcore::MemoryTokenStore().lockPath(key).isEmpty());
            paths += path;
        }
        QCOMPARE(paths.size(), keys.size());
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    ManualClock m_clock;
    QStringList m_heard;
};

QTEST_GUILESS_MAIN(TestRefreshLock)
#include "tst_refreshlock.moc"
