#include "tests/process/numberedtokens.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QStorageInfo>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <memory>
#include <optional>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

bool write(const char *path, const QByteArray &content)
{
    QFile file(QString::fromLatin1(path));
    return file.open(QFile::WriteOnly | QFile::Unbuffered) && file.write(content) == content.size();
}

//! Gives this process and its children their own mounts. Call it before the first thread starts.
bool hasOwnMounts()
{
    const QByteArray user = "0 " + QByteArray::number(::getuid()) + " 1";
    const QByteArray group = "0 " + QByteArray::number(::getgid()) + " 1";
    const bool isOwn = ::unshare(CLONE_NEWNS) == 0
        || (::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write("/proc/self/uid_map", user)
            && write("/proc/self/setgroups", "deny") && write("/proc/self/gid_map", group));
    return isOwn && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

//! The output of a process, and whether it was killed.
struct Said
{
    QString text;
    bool wasKilled = false;
};

} // namespace

//! Two accounts in one settings file on a disk that becomes full. After every failure the file has
//! its whole old or its whole new content, and no other file contains tokens.
class TestFullDisk : public QObject
{
    Q_OBJECT

public:
    explicit TestFullDisk(bool mayMount)
        : m_mayMount(mayMount)
    {
    }

private:
    [[nodiscard]] static bool isFull() { return qEnvironmentVariableIsSet("TOKENFLIGHT_FULL"); }

    //! Runs the operation in a new process, in which QSettings has cached nothing.
    [[nodiscard]] Said run(const QStringList &arguments) const
    {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QStringLiteral(ACCOUNTWORKER), QStringList(m_file) + arguments);
        if (!process.waitForFinished(test::patience))
            qFatal("a worker hangs");
        return {QString::fromUtf8(process.readAll().trimmed()),
            process.exitStatus() == QProcess::CrashExit};
    }
    [[nodiscard]] QString say(const QStringList &arguments) const { return run(arguments).text; }
    [[nodiscard]] QString isThere() const
    {
        return u"anna %1, ben %2"_s.arg(
            say({u"load"_s, u"anna"_s, u"0"_s}), say({u"load"_s, u"ben"_s, u"0"_s}));
    }
    [[nodiscard]] QStringList others() const
    {
        const QFileInfo file(m_file);
        QStringList names = file.dir().entryList(QDir::Files | QDir::Hidden | QDir::System);
        for (const QString &expected :
            QStringList {file.fileName(), file.fileName() + u".turn"_s, u"filler"_s})
            names.removeOne(expected);
        return names;
    }

    //! The counts of one sweep.
    struct Tally
    {
        int done = 0;
        int refused = 0;
        int killed = 0;
        int wronglyPromised = 0; //!< the store said that it is writable, but the write failed
    };

    //! Tries the operation with the entries of anna and ben in the file. Returns an error, or an
    //! empty text.
    [[nodiscard]] QString tryOne(
        const QStringList &limit, const QString &operation, Tally &tally) const
    {
        const bool isSaved = operation == "save"_L1;
        const QString before = isThere();
        if (before != "anna 1, ben 1"_L1)
            return u"before: "_s + before;
        const auto promise = run(QStringList {u"check"_s, u"ben"_s, u"0"_s} + limit);
        const auto said = run(QStringList {operation, u"ben"_s, u"2"_s} + limit);
        const bool isDone = said.text == "done"_L1;
        tally.done += isDone ? 1 : 0;
        tally.killed += said.wasKilled ? 1 : 0;
        tally.refused += !isDone && !said.wasKilled ? 1 : 0;
        tally.wronglyPromised += promise.text == "done"_L1 && !isDone ? 1 : 0;
        if (!isDone && !said.wasKilled && !others().isEmpty())
            return u"left beside it: "_s + others().join(u", "_s);
        const QString after = isThere();
        const QString wanted = isSaved ? u"anna 1, ben 2"_s : u"anna 1, ben nothing"_s;
        if (after != wanted && (isDone || after != before))
            return u"said \"%1\", there is: %2"_s.arg(said.text, after);
        return {};
    }
    //! Runs a further process with free space; afterwards no temporary file is left.
    [[nodiscard]] QString tidyUp() const
    {
        const QString said = say({u"remove"_s, u"nobody"_s, u"0"_s});
        if (said != "done"_L1 || !others().isEmpty())
            return u"afterwards: %1, %2"_s.arg(said, others().join(u", "_s));
        return {};
    }
    [[nodiscard]] bool begin() const
    {
        return say({u"save"_s, u"anna"_s, u"1"_s}) == "done"_L1
            && say({u"save"_s, u"ben"_s, u"1"_s}) == "done"_L1;
    }
    static void tell(const Tally &tally)
    {
        qInfo("%d done, %d refused, %d killed, %d promised wrongly", tally.done, tally.refused,
            tally.killed, tally.wronglyPromised);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(u"tokens.ini"_s);
    }

    void noFreeSizeLosesAnAccount_data()
    {
        QTest::addColumn<QString>("operation");
        QTest::newRow("a save") << u"save"_s;
        QTest::newRow("a sign-out") << u"remove"_s;
    }
    void noFreeSizeLosesAnAccount()
    {
        if (!m_mayMount)
            QSKIP("this user cannot mount a small disk");
        QFETCH(const QString, operation);
        constexpr int largest = 64 * 1024;
        const int step = isFull() ? 512 : 4096;
        Tally tally;
        for (int free = 0; free <= largest; free += step) {
            const QByteArray disk = QFile::encodeName(m_folder->path());
            QVERIFY(::mount("none", disk.constData(), "tmpfs", MS_NOATIME, "size=256k") == 0);
            const auto unmount = qScopeGuard([&disk] { ::umount2(disk.constData(), MNT_DETACH); });
            QVERIFY(begin());
            QFile filler(m_folder->filePath(u"filler"_s));
            QVERIFY(filler.open(QFile::WriteOnly | QFile::Unbuffered));
            const qint64 space = QStorageInfo(m_folder->path()).bytesAvailable() - free;
            QCOMPARE(filler.write(QByteArray(static_cast<qsizetype>(space), 'x')), space);
            const QString problem = tryOne({}, operation, tally);
            QVERIFY2(problem.isEmpty(), qPrintable(u"%1 free: %2"_s.arg(free).arg(problem)));
            QVERIFY(filler.remove());
            QCOMPARE(tidyUp(), QString());
        }
        tell(tally);
        QCOMPARE(tally.wronglyPromised, 0);
        QVERIFY(tally.done > 0 && tally.refused > 0);
    }

    void noFileSizeLosesAnAccount_data()
    {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<bool>("isKilled");
        QTest::newRow("a save that is refused") << u"save"_s << false;
        QTest::newRow("a sign-out that is refused") << u"remove"_s << false;
        QTest::newRow("a save that is killed") << u"save"_s << true;
        QTest::newRow("a sign-out that is killed") << u"remove"_s << true;
    }
    void noFileSizeLosesAnAccount()
    {
        QFETCH(const QString, operation);
        QFETCH(const bool, isKilled);
        const int step = isFull() ? 7 : 61;
        QVERIFY(begin());
        const int largest = static_cast<int>(QFileInfo(m_file).size()) + 200;
        Tally tally;
        for (int limit = 1; limit <= largest; limit += step) {
            const QString problem =
                tryOne({QString::number(isKilled ? -limit : limit)}, operation, tally);
            QVERIFY2(problem.isEmpty(), qPrintable(u"%1 bytes: %2"_s.arg(limit).arg(problem)));
            QCOMPARE(tidyUp(), QString());
            QVERIFY(begin());
        }
        tell(tally);
        QVERIFY(tally.done > 0 && (isKilled ? tally.killed : tally.refused) > 0);
        if (operation == "save"_L1)
            QCOMPARE(tally.wronglyPromised, 0);
    }

private:
    bool m_mayMount;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

int main(int argc, char **argv)
{
    const bool mayMount = hasOwnMounts();
    const QCoreApplication application(argc, argv);
    TestFullDisk test(mayMount);
    return QTest::qExec(&test, argc, argv);
}
#include "tst_fulldisk.moc"
