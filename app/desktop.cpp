#include "app/desktop.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>

namespace app {

using namespace Qt::StringLiterals;
using namespace authcore;

namespace {

//! The demo profile names the backend by what it is; where it listens is filled in at start.
BackendProfile demoProfile(const QUrl &url)
{
    BackendProfile profile =
        BackendProfile::preset(u"custom-jwt"_s, url).value_or(BackendProfile {});
    profile.id = u"demo"_s;
    profile.name = QCoreApplication::translate("Desktop", "Demo backend (built in)");
    return profile;
}

QString fileIn(const QString &folder, const QString &name)
{
    QDir().mkpath(folder);
    return QDir(folder).filePath(name);
}

demobackend::DemoBackend::Options optionsFor(const Desktop::Folders &folders)
{
    demobackend::DemoBackend::Options options;
    options.stateFile = fileIn(folders.data, u"demobackend.json"_s);
    return options;
}

} // namespace

Desktop::Desktop(const Folders &folders)
    : settings(settingsFile(folders), QSettings::IniFormat)
    , backend(optionsFor(folders))
    , backendProblem(backend.start())
    , store(fileIn(folders.config, u"tokens.ini"_s))
    , session(demoProfile(backend.url()), store)
    , manager(session)
    , signIn(session)
    , burst(manager)
    , sessionPresenter(session, signIn, store, settings)
    , runPresenter(manager, trace, burst)
    , backendPresenter(backend)
    , waterfall(trace, session.clock())
    , window({sessionPresenter, runPresenter, backendPresenter, waterfall, settings})
{
    session.setTraceSink(&trace);
    manager.setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
}

void Desktop::open()
{
    window.show();
    if (!backendProblem.isEmpty()) {
        window.showBackendProblem(backendProblem);
        return; // nobody to sign in to
    }
    sessionPresenter.start();
}

QString Desktop::settingsFile(const Folders &folders)
{
    return fileIn(folders.config, u"tokenflight.ini"_s);
}

} // namespace app
