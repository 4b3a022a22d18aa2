#include "app/desktop.h"
#include "app/quitsignals.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QStandardPaths>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

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

void describe(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Watch a client keep itself signed in."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOption(resetLayoutOption());
}

//! Help and version need no display.
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
    nameApplication();
    answerWithoutWindow(argc, argv);
    QApplication application(argc, argv);
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

    const app::QuitSignals quitSignals; // first: whoever finds files of ours may end us in order
    app::Desktop desktop(folders);
    QObject::connect(
        &quitSignals, &app::QuitSignals::quitRequested, &application, &QApplication::quit);
    desktop.open();
    return QApplication::exec();
}
