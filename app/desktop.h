#pragma once

#include "authcore/demobackend/demobackend.h"
#include "authcore/lab/burst.h"
#include "authcore/lab/trace.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/passwordsignin.h"
#include "authcore/tokens/settingstokenstore.h"
#include "ui/backendpresenter.h"
#include "ui/mainwindow.h"
#include "ui/runpresenter.h"
#include "ui/sessionpresenter.h"
#include "ui/waterfallmodel.h"

#include <QtCore/QSettings>

namespace app {

//! The object graph of the window. main.cpp makes one; the tests of the window make the very same.
//!
//! Lifetime: an application object exists.   Thread: the window's.
struct Desktop
{
    //! Where things survive a restart; made when missing.
    struct Folders
    {
        QString config; //!< settings, and the tokens in a file of their own
        QString data; //!< the demo backend's memory
    };

    explicit Desktop(const Folders &folders);

    void open(); //!< shows the window; brings the session back or asks for a sign-in

    [[nodiscard]] static QString settingsFile(const Folders &folders);

    QSettings settings;
    demobackend::DemoBackend backend;
    QString backendProblem; //!< empty: it runs
    authcore::SettingsTokenStore store;
    authcore::lab::Trace trace; // hears the session until that is gone
    authcore::AuthSession session;
    authcore::AuthNetworkAccessManager manager;
    authcore::PasswordSignIn signIn;
    authcore::lab::Burst burst;
    ui::SessionPresenter sessionPresenter;
    ui::RunPresenter runPresenter;
    ui::BackendPresenter backendPresenter;
    ui::WaterfallModel waterfall;
    ui::MainWindow window;
};

} // namespace app
