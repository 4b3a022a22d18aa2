#include "app/cli/commandline/terminal.h"
#include "app/desktop.h"
#include "app/environment.h"
#include "app/quitsignals.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtGui/QIcon>
#include <QtNetwork/QNetworkInformation>
#include <QtWidgets/QApplication>

#include <utility>

using namespace Qt::StringLiterals;

namespace {

void nameApplication()
{
    QCoreApplication::setOrganizationName(u"Tokenflight"_s);
    QCoreApplication::setApplicationName(u"tokenflight"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(TOKENFLIGHT_VERSION));
}

QCommandLineOption resetLayoutOption()
{
    return {u"reset-layout"_s,
        QCoreApplication::translate("main", "Start with the default size, panels and columns.")};
}

QCommandLineOption profileOption()
{
    return {u"profile"_s,
        QCoreApplication::translate("main",
            "Talk to this backend: a profile file, or one of %1, which the built-in demo backend "
            "speaks unless --url says where.")
            .arg(authcore::BackendProfile::presetNames().join(u", "_s)),
        QCoreApplication::translate("main", "NAME|FILE")};
}

QCommandLineOption urlOption()
{
    return {u"url"_s, QCoreApplication::translate("main", "The backend's base URL."),
        QCoreApplication::translate("main", "BASE")};
}

//! The choice on the command line; empty: the choice of the last time.
std::optional<ui::BackendChoice> choiceFrom(const QCommandLineParser &parser)
{
    if (!parser.isSet(profileOption()) && !parser.isSet(urlOption()))
        return std::nullopt;
    ui::BackendChoice choice;
    if (parser.isSet(profileOption()))
        choice.profile = parser.value(profileOption());
    if (!choice.isPreset())
        choice.profile = QFileInfo(choice.profile).absoluteFilePath();
    if (parser.isSet(urlOption()))
        choice.url = QUrl(parser.value(urlOption()), QUrl::StrictMode);
    return choice;
}

void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Watch a client keep itself signed in."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({resetLayoutOption(), profileOption(), urlOption()});
}

//! Answers --help and --version, which need no display.
void answerWithoutWindow(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    describe(parser);
    parser.parse(QCoreApplication::arguments());
    if (parser.isSet(u"version"_s))
        parser.showVersion();
    if (parser.isSet(u"help"_s) || parser.isSet(u"help-all"_s))
        parser.showHelp();
}

} // namespace

int main(int argc, char **argv)
{
    // A browser that is opened must not inherit the secrets.
    const auto environment = app::takeEnvironment();
    nameApplication();
    answerWithoutWindow(argc, argv);
    QApplication application(argc, argv);
    QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability);
    QApplication::setDesktopFileName(u"io.github.tokenflight.Tokenflight"_s);
    QApplication::setWindowIcon(QIcon(u":/icons/tokenflight.svg"_s));
    QCommandLineParser parser;
    describe(parser);
    parser.process(application);

    const app::Desktop::Folders folders {
        QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation),
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)};
    if (parser.isSet(resetLayoutOption())) {
        QSettings settings(app::Desktop::settingsFile(folders), QSettings::IniFormat);
        ui::MainWindow::forgetLayout(settings);
    }

    if (const auto choice = choiceFrom(parser); choice && parser.isSet(urlOption())
        && (!choice->url.isValid() || choice->url.isRelative())) {
        app::cli::say(QCoreApplication::translate("main", "--url: \"%1\" is no URL such as %2.")
                          .arg(parser.value(urlOption()), u"https://api.example.com"_s));
        return 1;
    }

    // First, so that a signal during the start ends the program in order.
    const app::QuitSignals quitSignals;
    auto outside = app::Desktop::Outside::ofSystem();
    outside.networkSecrets = {environment.clientKeyPassword.toUtf8(), environment.proxyPassword};
    app::Desktop desktop(folders, std::move(outside));
    // After the last window has closed, wait for a refresh under way.
    QApplication::setQuitOnLastWindowClosed(false);
    QObject::connect(&quitSignals, &app::QuitSignals::quitRequested, &application,
        &QApplication::closeAllWindows);
    QObject::connect(&application, &QApplication::lastWindowClosed, &desktop.session,
        [&desktop] { desktop.session.shutdown(); });
    QObject::connect(&desktop.session, &authcore::AuthSession::shutDown, &application,
        &QCoreApplication::quit, Qt::QueuedConnection);
    desktop.open(choiceFrom(parser));
    return QApplication::exec();
}
