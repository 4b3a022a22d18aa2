#include "authcore/demobackend/demobackend.h"
#include "authcore/profile/origin.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/tokens/settingstokenstore.h"
#include "ui/account/accountbook.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <csignal>
#include <functional>

using namespace Qt::StringLiterals;
using authcore::AuthSession;

namespace {

const QString refreshPath = u"/authorization/refresh"_s;

//! The executable with folders of its own.
struct Application
{
    QTemporaryDir folder;
    QProcess process;

    //! Prepares the folders before the start.
    using Prepare = std::function<void(const Application &)>;
    explicit Application(const QStringList &arguments = {}, const Prepare &prepare = {})
    {
        QDir().mkpath(QFileInfo(settings()).path());
        if (prepare)
            prepare(*this);
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
    [[nodiscard]] QString tokens() const
    {
        return folder.filePath(u"config/Tokenflight/tokenflight/tokens.ini"_s);
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

    // The window has closed, and the server has not answered yet.
    void endedInARefreshItStoresTheNewTokens()
    {
        demobackend::DemoBackend backend;
        QCOMPARE(backend.start(), QString());
        auto profile = *authcore::BackendProfile::preset(u"custom-jwt"_s, backend.url());
        // The application names the profile so.
        profile.id += u'@' % authcore::originOf(profile.baseUrl);
        const auto prepare = [&](const Application &application) {
            authcore::SettingsTokenStore store(application.tokens());
            AuthSession session(profile, store);
            authcore::PasswordSignIn signIn(session);
            QSignalSpy succeeded(&signIn, &authcore::PasswordSignIn::succeeded);
            signIn.signIn(u"anna"_s, u"anna-demo-1"_s);
            QTRY_COMPARE(succeeded.size(), 1);
            QSettings settings(application.settings(), QSettings::IniFormat);
            ui::AccountBook(settings).remember(session.keyFor(u"anna"_s));
            backend.expireAccessTokens();
            backend.on(refreshPath).hold();
            backend.clearTranscript();
        };
        Application application(
            {u"--profile"_s, u"custom-jwt"_s, u"--url"_s, backend.url().toString()}, prepare);
        QTRY_COMPARE(backend.on(refreshPath).heldCount(), 1);
        ::kill(static_cast<pid_t>(application.process.processId()), SIGTERM);
        QTRY_VERIFY(QSettings(application.settings(), QSettings::IniFormat)
                        .contains(u"window/geometry"_s)); // the window has closed
        QCOMPARE(application.process.state(), QProcess::Running);
        backend.on(refreshPath).release();
        QTRY_COMPARE(application.process.state(), QProcess::NotRunning);
        QCOMPARE(application.process.exitCode(), 0);

        authcore::SettingsTokenStore store(application.tokens());
        AuthSession next(profile, store);
        QSignalSpy restored(&next, &AuthSession::restored);
        QSignalSpy refreshed(&next, &AuthSession::tokensRefreshed);
        next.restore(u"anna"_s);
        QTRY_COMPARE(restored.size(), 1);
        next.refreshNow();
        QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(backend.transcript().filter(u"POST"_s),
            QStringList({u"POST /authorization/refresh [R1] -> 200"_s,
                u"POST /authorization/refresh [R2] -> 200"_s}));
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
