#include "app/desktop.h"
#include "app/quitsignals.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QStandardPaths>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(u"Tokenflight"_s);
    QApplication::setApplicationName(u"tokenflight"_s);
    QApplication::setApplicationVersion(QStringLiteral(TOKENFLIGHT_VERSION));
    QApplication::setDesktopFileName(u"io.github.tokenflight.Tokenflight"_s);
    QApplication::setWindowIcon(QIcon(u":/icons/tokenflight.svg"_s));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "Watch a client keep itself signed in."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption resetLayout(u"reset-layout"_s,
        QApplication::translate("main", "Start with the default size, panels and columns."));
    parser.addOption(resetLayout);
    parser.process(application);

    const app::Desktop::Folders folders {
        QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation),
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)};
    if (parser.isSet(resetLayout)) {
        QSettings settings(app::Desktop::settingsFile(folders), QSettings::IniFormat);
        ui::MainWindow::forgetLayout(settings);
    }

    app::Desktop desktop(folders);
    const app::QuitSignals quitSignals;
    QObject::connect(
        &quitSignals, &app::QuitSignals::quitRequested, &application, &QApplication::quit);
    desktop.open();
    return QApplication::exec();
}
