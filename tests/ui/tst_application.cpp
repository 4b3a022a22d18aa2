#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

namespace {

//! The executable with folders of its own.
struct Application
{
    QTemporaryDir folder;
    QProcess process;

    explicit Application(const QStringList &arguments = {})
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, folder.filePath(u"config"_s));
        environment.insert(u"XDG_DATA_HOME"_s, folder.filePath(u"data"_s));
        environment.insert(u"XDG_RUNTIME_DIR"_s, folder.path());
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TOKENFLIGHT_EXECUTABLE), arguments);
    }
    ~Application()
    {
        process.kill();
        process.waitForFinished();
    }
    [[nodiscard]] QString settings() const
    {
        return folder.filePath(u"config/Tokenflight/tokenflight/tokenflight.ini"_s);
    }
    [[nodiscard]] QString backendState() const
    {
        return folder.filePath(u"data/Tokenflight/tokenflight/demobackend.json"_s);
    }
};

} // namespace

class TestApplication : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSignalEndsItInOrder_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }

    void aSignalEndsItInOrder()
    {
        QFETCH(int, signal);
        Application application;
        QTRY_VERIFY(QFile::exists(application.backendState()));
        ::kill(static_cast<pid_t>(application.process.processId()), signal);
        QTRY_COMPARE(application.process.state(), QProcess::NotRunning);
        QCOMPARE(application.process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(application.process.exitCode(), 0);
        const QSettings settings(application.settings(), QSettings::IniFormat);
        QVERIFY(settings.contains(u"window/geometry"_s));
    }

    void whatItRemembersIsReadableByItsUserAlone()
    {
        const Application application;
        QTRY_VERIFY(QFile::exists(application.backendState()));
        const auto others =
            QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QVERIFY(!(QFile::permissions(application.backendState()) & others));
    }

    void helpAndVersionNeedNoDisplay_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("says");
        QTest::newRow("help") << u"--help"_s << u"--reset-layout"_s;
        QTest::newRow("version") << u"--version"_s << u"tokenflight "_s;
    }

    void helpAndVersionNeedNoDisplay()
    {
        QFETCH(QString, option);
        QFETCH(QString, says);
        Application application({option, u"-platform"_s, u"none-such"_s});
        QTRY_COMPARE(application.process.state(), QProcess::NotRunning);
        QCOMPARE(application.process.exitCode(), 0);
        QVERIFY(QString::fromUtf8(application.process.readAllStandardOutput()).contains(says));
    }

    void whatItCannotUseIsRefused_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("an option") << QStringList {u"--nonsense"_s} << QByteArray("nonsense");
        QTest::newRow("a URL") << QStringList {u"--url"_s, u"nonsense"_s} << QByteArray("nonsense");
    }

    void whatItCannotUseIsRefused()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        Application application(arguments);
        QTRY_COMPARE(application.process.state(), QProcess::NotRunning);
        QCOMPARE(application.process.exitCode(), 1);
        QVERIFY(application.process.readAllStandardError().contains(says));
    }
};

QTEST_GUILESS_MAIN(TestApplication)
#include "tst_application.moc"
