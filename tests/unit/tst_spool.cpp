#include "authcore/network/body/spool.h"
#include "tests/support/pipe.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>
#include <sys/resource.h>

using authcore::Spool;
using test::bytes;

namespace {

//! Sets the folder of temporary files while this object lives.
class TemporaryFilesIn
{
public:
    explicit TemporaryFilesIn(const QString &path)
        : m_before(qgetenv("TMPDIR"))
    {
        qputenv("TMPDIR", path.toLocal8Bit());
    }
    ~TemporaryFilesIn()
    {
        if (m_before.isEmpty())
            qunsetenv("TMPDIR");
        else
            qputenv("TMPDIR", m_before);
    }
    Q_DISABLE_COPY_MOVE(TemporaryFilesIn)

private:
    QByteArray m_before;
};

//! Limits the length of files, as on a disk that fills up.
class FilesUpTo
{
public:
    explicit FilesUpTo(rlim_t size)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit now {size, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FilesUpTo() { setrlimit(RLIMIT_FSIZE, &m_before); }
    Q_DISABLE_COPY_MOVE(FilesUpTo)

private:
    rlimit m_before {};
};

[[nodiscard]] QByteArray contentOf(Spool &spool, qint64 from = 0)
{
    QByteArray all(spool.size() - from, Qt::Uninitialized);
    const qint64 count = spool.read(from, all.data(), all.size());
    return count == all.size() ? all : QByteArray("cannot be read");
}

} // namespace

class SpoolTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itKeepsWhatItGets_data()
    {
        QTest::addColumn<qint64>("limit");
        QTest::addColumn<QList<int>>("pieces");
        QTest::addColumn<bool>("inFile");
        const auto row = [](const char *name, qint64 limit, const QList<int> &pieces, bool inFile) {
            QTest::newRow(name) << limit << pieces << inFile;
        };
        row("nothing", 100, {}, false);
        row("one piece in memory", 100, {60}, false);
        row("pieces up to the limit", 100, {60, 39, 1}, false);
        row("one byte more goes to a file", 100, {60, 40, 1}, true);
        row("one piece beyond it", 100, {101}, true);
        row("no memory at all", 0, {1, 2, 3}, true);
        row("many pieces", 1000, {999, 5000, 1, 70000, 3}, true);
    }
    void itKeepsWhatItGets()
    {
        QFETCH(qint64, limit);
        QFETCH(QList<int>, pieces);
        Spool spool(limit);
        QByteArray all;
        for (const int size : pieces) {
            all = bytes(all.size() + size);
            QVERIFY(spool.append(QByteArrayView(all).last(size)));
            QCOMPARE(contentOf(spool), all); // reading in between changes nothing
        }
        QCOMPARE(spool.size(), all.size());
        QCOMPARE(contentOf(spool, all.size() / 3), all.mid(all.size() / 3));
        char byte = 'x';
        QCOMPARE(spool.read(all.size(), &byte, 1), 0);
        QTEST(spool.isInFile(), "inFile");
    }

    void nobodyElseFindsTheFile()
    {
        const QTemporaryDir folder;
        const TemporaryFilesIn here(folder.path());
        {
            Spool spool(0);
            QVERIFY(spool.append(bytes(1000)));
            QVERIFY(spool.isInFile());
#ifdef Q_OS_LINUX
            QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList());
#endif
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList());
    }

    void whereNoFileCanBeMadeNothingIsLost()
    {
        const TemporaryFilesIn nowhere(QStringLiteral("/proc"));
        Spool spool(100);
        QVERIFY(spool.append(bytes(100)));
        QVERIFY(!spool.append("more"));
        QCOMPARE(contentOf(spool), bytes(100));
        QVERIFY(!spool.append("more"));
    }

    void onAFullDiskNothingIsLost_data()
    {
        QTest::addColumn<qint64>("limit");
        QTest::newRow("when memory moves to the file") << qint64(5000);
        QTest::newRow("when the file grows") << qint64(100);
    }
    void onAFullDiskNothingIsLost()
    {
        QFETCH(qint64, limit);
        const QByteArray all = bytes(4000);
        Spool spool(limit);
        QVERIFY(spool.append(all));
        {
            const FilesUpTo full(limit > 4000 ? 2000 : 4500); // the limit cuts a write in two
            QVERIFY(!spool.append(bytes(2000)));
            QCOMPARE(contentOf(spool), all);
        }
        QVERIFY(spool.append("room again"));
        QCOMPARE(contentOf(spool), QByteArray(all + "room again"));
    }
};

QTEST_GUILESS_MAIN(SpoolTest)
#include "tst_spool.moc"
