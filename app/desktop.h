#pragma once

#include "authcore/demobackend/demobackend.h"
#include "authcore/exchange/networksettings.h"
#include "authcore/lab/burst.h"
#include "authcore/lab/trace.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/browsersignin.h"
#include "authcore/signin/devicesignin.h"
#include "authcore/signin/discovery.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/tokens/movabletokenstore.h"
#include "authcore/tokens/settingstokenstore.h"
#include "ui/account/sessionpresenter.h"
#include "ui/backend/backendpresenter.h"
#include "ui/backend/profilepresenter.h"
#include "ui/run/runpresenter.h"
#include "ui/signin/signinpresenter.h"
#include "ui/token/placepresenter.h"
#include "ui/waterfall/waterfallmodel.h"
#include "ui/window/mainwindow.h"

#include <QtCore/QSettings>

#include <memory>
#include <optional>

namespace app {

//! The object graph of the window. main.cpp makes one, and so do the tests of the window.
//!
//! Lifetime: an application object exists.
//! Thread: the window's.
struct Desktop
{
    //! Folders for what survives a restart; missing ones are made.
    struct Folders
    {
        QString config; //!< settings, and the tokens in a file of their own
        QString data; //!< the demo backend's memory
    };

    //! What lies outside this program, and is replaced by tests.
    struct Outside
    {
        std::unique_ptr<authcore::TokenStore> keychain; //!< may be null
        ui::MainWindow::Dialogs dialogs;
        authcore::NetworkSecrets networkSecrets; //!< for the client keys and proxies of profiles

        [[nodiscard]] static Outside ofSystem();
    };

    explicit Desktop(const Folders &folders, Outside outside = Outside::ofSystem());

    //! Shows the window, then restores the session or asks for a sign-in. Without `wanted`, at the
    //! backend of the last time.
    void open(const std::optional<ui::BackendChoice> &wanted = std::nullopt);

    [[nodiscard]] static QString settingsFile(const Folders &folders);

    QSettings settings;
    demobackend::DemoBackend backend;
    QString backendProblem; //!< empty: the backend runs
    authcore::SettingsTokenStore fileStore;
    std::unique_ptr<authcore::TokenStore> keychainStore;
    authcore::MovableTokenStore store;
    authcore::lab::Trace trace; // receives the session's events until the session is deleted
    authcore::AuthSession session;
    authcore::AuthNetworkAccessManager manager;
    authcore::PasswordSignIn signIn;
    authcore::BrowserSignIn browserSignIn;
    authcore::DeviceSignIn deviceSignIn;
    authcore::Discovery discovery;
    authcore::lab::Burst burst;
    ui::SessionPresenter sessionPresenter;
    ui::SignInPresenter signInPresenter;
    ui::ProfilePresenter profilePresenter;
    ui::PlacePresenter placePresenter;
    ui::RunPresenter runPresenter;
    ui::BackendPresenter backendPresenter;
    ui::WaterfallModel waterfall;
    ui::MainWindow window;

private:
    [[nodiscard]] ui::ProfilePresenter::Loaded load(const ui::BackendChoice &choice) const;
};

} // namespace app
