#include "app/desktop.h"

#ifdef TOKENFLIGHT_HAS_KEYCHAIN
#include "authcore/keychain/keychaintokenstore.h"
#endif

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>

#include <utility>

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

Desktop::Desktop(const Folders &folders, std::unique_ptr<TokenStore> keychain)
    : settings(settingsFile(folders), QSettings::IniFormat)
    , backend(optionsFor(folders))
    , backendProblem(backend.start())
    , fileStore(fileIn(folders.config, u"tokens.ini"_s))
    , keychainStore(std::move(keychain))
    , store(ui::PlacePresenter::chosen({fileStore, keychainStore.get()}, settings))
    , session(demoProfile(backend.url()), store)
    , manager(session)
    , signIn(session)
    , burst(manager)
    , sessionPresenter(session, signIn, store, settings)
    , placePresenter(store, {fileStore, keychainStore.get()}, settings)
    , runPresenter(manager, trace, burst)
    , backendPresenter(backend)
    , waterfall(trace, session.clock())
    , window(
          {sessionPresenter, runPresenter, backendPresenter, placePresenter, waterfall, settings})
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

std::unique_ptr<TokenStore> Desktop::systemKeychain()
{
#ifdef TOKENFLIGHT_HAS_KEYCHAIN
    return std::make_unique<KeychainTokenStore>(u"Tokenflight"_s);
#else
    return nullptr;
#endif
}

QString Desktop::settingsFile(const Folders &folders)
{
    return fileIn(folders.config, u"tokenflight.ini"_s);
}

} // namespace app
