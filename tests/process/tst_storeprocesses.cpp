#include "authcore/tokens/settingstokenstore.h"

#include "tests/process/numberedtokens.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::SettingsTokenStore;
using authcore::TokenStore;

//! One settings file and several processes: no process misses, loses or damages another's writes.
class TestStoreProcesses : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] static bool isFull() { return qEnvironmentVariableIsSet("TOKENFLIGHT_FULL"); }

    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList &arguments) const
    {
        auto process = std::make_unique<QProcess>();
        process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process->start(QStringLiteral(STOREWORKER), QStringList(m_file) + arguments);
        return process;
    }
    //! The next line of the process, without its end.
    [[nodiscard]] static QByteArray nextLine(QProcess &process)
    {
        while (!process.canReadLine() && process.waitForReadyRead(test::patience)) { }
        return process.readLine().trimmed();
    }
    //! The number that a new store reads.
    [[nodiscard]] std::optional<int> numberOf(const QString &account) const
    {
        SettingsTokenStore store(m_file);
        return numberOf(store, account);
    }
    [[nodiscard]] static std::optional<int> numberOf(
        SettingsTokenStore &store, const QString &account)
    {
        std::optional<TokenStore::Loaded> answer;
        store.load(test::keyOf(account), &store,
            [&](const TokenStore::Loaded &loaded) { answer = loaded; });
        const bool hasCome = test::waitFor([&] { return answer.has_value(); });
        if (!hasCome)
            qWarning("no answer");
        else if (const auto *error = std::get_if<authcore::StoreError>(&*answer))
            qWarning("%s", qPrintable(error->detail));
        return hasCome ? test::numberIn(*answer) : std::nullopt;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(u"tokens.ini"_s);
    }

    void whatAnotherProcessWroteIsSeenAtOnce()
    {
        SettingsTokenStore store(m_file);
        const auto scribe = start({u"anna"_s});
        const int rounds = isFull() ? 5000 : 150;
        for (int i = 1; i <= rounds; ++i) {
            scribe->write(QByteArray::number(i) + '\n');
            QCOMPARE(nextLine(*scribe), QByteArray("saved"));
            QCOMPARE(numberOf(store, u"anna"_s), i);
        }
        scribe->closeWriteChannel();
        QVERIFY(scribe->waitForFinished(test::patience));
    }

    void processesWithKeysOfTheirOwnLoseNothing()
    {
        const QStringList accounts {u"anna"_s, u"ben"_s, u"cleo"_s, u"dora"_s};
        const auto last = QString::number(isFull() ? 2000 : 80);
        std::vector<std::unique_ptr<QProcess>> processes;
        for (const auto &account : accounts)
            processes.push_back(start({account, last}));
        for (const auto &process : processes) {
            QVERIFY(process->waitForFinished(isFull() ? 900'000 : 120'000));
            const auto said = process->readAll().trimmed();
            QVERIFY2(said.split('\n').last() == last.toLatin1(), said.right(80).constData());
        }
        for (const auto &account : accounts)
            QCOMPARE(numberOf(account), last.toInt());
    }

    void aKilledWriterTearsNothing()
    {
        const quint32 seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        const int rounds = isFull() ? 500 : 15;
        int number = 0;
        for (int i = 0; i < rounds; ++i) {
            const auto writer = start({u"anna"_s, u"99999999"_s});
            const auto bystander = start({u"ben"_s, u"99999999"_s});
            for (int lines = 1 + static_cast<int>(random.bounded(8)); lines > 0; --lines) {
                bool isNumber = false;
                number = nextLine(*writer).toInt(&isNumber);
                QVERIFY(isNumber);
            }
            // A random moment within the duration of one save.
            const QDeadlineTimer moment(
                std::chrono::microseconds(random.bounded(3000)), Qt::PreciseTimer);
            while (!moment.hasExpired()) { }
            writer->kill();
            QVERIFY(writer->waitForFinished(test::patience));
            while (writer->canReadLine())
                number = writer->readLine().trimmed().toInt();
            const auto found = numberOf(u"anna"_s);
            QVERIFY2(found, "torn");
            // The set may be saved and its number not printed so far.
            QVERIFY2(*found == number || *found == number + 1,
                qPrintable(u"found %1 after %2"_s.arg(*found).arg(number)));
            bystander->kill();
            QVERIFY(bystander->waitForFinished(test::patience));
            QVERIFY(numberOf(u"ben"_s) || bystander->readAll().isEmpty());
        }
        // Files with tokens that no process reads any more.
        qInfo("left over: %d of %d kills",
            static_cast<int>(
                QDir(m_folder->path()).entryList({u"tokens.ini.??????"_s}, QDir::Files).size()),
            2 * rounds);
    }

    void whatWasBegunIsStoredWhenTheProgramEnds_data()
    {
        QTest::addColumn<QString>("way");
        QTest::newRow("the store is a child of the application") << u"child"_s;
        QTest::newRow("the store is a static") << u"static"_s;
        QTest::newRow("the store outlives the application") << u"later"_s;
        QTest::newRow("std::exit() destroys no store") << u"exit"_s;
    }
    void whatWasBegunIsStoredWhenTheProgramEnds()
    {
        QFETCH(const QString, way);
        for (int round = 0; round < (isFull() ? 50 : 3); ++round) {
            QProcess process;
            process.setProcessChannelMode(QProcess::ForwardedChannels);
            process.start(QStringLiteral(STOREENDING), {way, m_file});
            QVERIFY2(process.waitForFinished(test::patience), "it hangs");
            QCOMPARE(process.exitStatus(), QProcess::NormalExit);
            QCOMPARE(process.exitCode(), 0);
            QCOMPARE(numberOf(u"anna"_s), 20);
            QFile::remove(m_file);
        }
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
};

QTEST_GUILESS_MAIN(TestStoreProcesses)
#include "tst_storeprocesses.moc"
