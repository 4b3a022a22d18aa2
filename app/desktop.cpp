#include "app/desktop.h"

#include "app/profiles/profileloading.h"

#ifdef TOKENFLIGHT_HAS_KEYCHAIN
#include "authcore/keychain/keychaintokenstore.h"
#endif

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QFileDialog>

#include <tuple>
#include <utility>

namespace app {

using namespace Qt::StringLiterals;
using namespace authcore;

namespace {

//! The id of the first dialect, as in the first version: its users stay signed in.
constexpr QLatin1StringView demoId = "demo"_L1;

//! A demo profile has no address of its own; the address where the backend listens is filled in.
BackendProfile demoProfile(const QString &preset, const QUrl &url)
{
    std::optional<BackendProfile> found = BackendProfile::preset(preset, url);
    BackendProfile profile = found ? std::move(*found) : BackendProfile {};
    const bool isFirst = preset == ui::BackendChoice().profile;
    profile.id = isFirst ? QString(demoId) : QString(demoId % u'-' % preset);
    const QString name = QCoreApplication::translate("Desktop", "Demo backend (built in)");
    profile.name = isFirst ? name : QString(name % u", "_s % profile.name);
    return profile;
}

//! Loads the profile of a backend that is not built in.
ui::ProfilePresenter::Loaded foreignProfile(const ui::BackendChoice &choice)
{
    ProfileChanges changes;
    if (!choice.url.isEmpty())
        changes.baseUrl = choice.url;
    const LoadedProfile loaded = loadProfile(choice.profile, changes);
    if (const auto *problems = std::get_if<QStringList>(&loaded))
        return problems->join(u'\n');
    auto profile = std::get<BackendProfile>(loaded);
    if (choice.isPreset()) // the same dialect at another address has tokens of its own
        profile.id += QString(u'@' % originOf(profile.baseUrl));
    if (profile.id == demoId || profile.id.startsWith(QString(demoId % u'-')))
        return QCoreApplication::translate("Desktop",
            "%1: /id: \"%2\" is the built-in demo backend's; choose another one, so that its "
            "tokens "
            "are kept apart")
            .arg(choice.profile, profile.id);
    return profile;
}

void chooseProfile(QWidget *parent, std::function<void(const QString &file)> then)
{
    auto *dialog = new QFileDialog(parent, QCoreApplication::translate("Desktop", "Open profile"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({QCoreApplication::translate("Desktop", "Profiles (*.json)"),
        QCoreApplication::translate("Desktop", "All files (*)")});
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, std::move(then));
    dialog->open();
}

//! Only the owner can enter the folder, whatever the umask.
QString fileIn(const QString &folder, const QString &name)
{
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!QDir(folder).exists() && QDir().mkpath(folder))
        QFile::setPermissions(folder, ownerOnly);
    return QDir(folder).filePath(name);
}

demobackend::DemoBackend::Options optionsFor(const Desktop::Folders &folders)
{
    demobackend::DemoBackend::Options options;
    options.stateFile = fileIn(folders.data, u"demobackend.json"_s);
    return options;
}

//! Null where this program was built without QtKeychain.
std::unique_ptr<TokenStore> systemKeychain()
{
#ifdef TOKENFLIGHT_HAS_KEYCHAIN
    return std::make_unique<KeychainTokenStore>(u"Tokenflight"_s);
#else
    return nullptr;
#endif
}

} // namespace

Desktop::Outside Desktop::Outside::ofSystem()
{
    return {systemKeychain(),
        {chooseProfile, [](const QUrl &url) { return QDesktopServices::openUrl(url); }}, {}};
}

Desktop::Desktop(const Folders &folders, Outside outside)
    : settings(settingsFile(folders), QSettings::IniFormat)
    , backend(optionsFor(folders))
    , backendProblem(backend.start())
    , fileStore(fileIn(folders.config, u"tokens.ini"_s))
    , keychainStore(std::move(outside.keychain))
    , store(ui::PlacePresenter::chosen({fileStore, keychainStore.get()}, settings))
    , session(demoProfile(ui::BackendChoice().profile, backend.url()), store)
    , manager(session)
    , signIn(session)
    , browserSignIn(session)
    , deviceSignIn(session)
    , discovery(session)
    , burst(manager)
    , sessionPresenter(session, store, settings)
    , signInPresenter(sessionPresenter, {signIn, browserSignIn, deviceSignIn, discovery}, settings)
    , profilePresenter(
          sessionPresenter, [this](const ui::BackendChoice &choice) { return load(choice); },
          settings, std::move(outside.networkSecrets))
    , placePresenter(store, {fileStore, keychainStore.get()}, settings)
    , runPresenter(manager, trace, burst)
    , backendPresenter(backend)
    , waterfall(trace, session.clock())
    , window({sessionPresenter, signInPresenter, profilePresenter, runPresenter, backendPresenter,
          placePresenter, waterfall, settings, std::move(outside.dialogs)})
{
    session.setTraceSink(&trace);
    manager.setWithoutSession(AuthNetworkAccessManager::WithoutSession::HoldUntilSignIn);
}

void Desktop::open(const std::optional<ui::BackendChoice> &wanted)
{
    window.show();
    profilePresenter.start(wanted);
}

ui::ProfilePresenter::Loaded Desktop::load(const ui::BackendChoice &choice) const
{
    if (!choice.isBuiltIn())
        return foreignProfile(choice);
    if (!backendProblem.isEmpty()) // without the demo backend nobody can sign in
        return QCoreApplication::translate("Desktop", "The demo backend could not start: %1")
            .arg(backendProblem);
    return demoProfile(choice.profile, backend.url());
}

QString Desktop::settingsFile(const Folders &folders)
{
    QString path = fileIn(folders.config, u"tokenflight.ini"_s);
    QFile file(path); // QSettings keeps the permissions of an existing file
    std::ignore =
        file.open(QFile::WriteOnly | QFile::NewOnly, QFile::ReadOwner | QFile::WriteOwner);
    return path;
}

} // namespace app
