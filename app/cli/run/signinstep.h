#pragma once

#include "app/cli/commandline/inputs.h"

#include "authcore/signin/browsersignin.h"
#include "authcore/signin/devicesignin.h"
#include "authcore/signin/passwordsignin.h"

#include <QtCore/QObject>

namespace app::cli {

//! Signs a run in, and tells the person on standard error what to do.
//!
//! Lifetime: `session` outlives the step. One use.
//! Errors: exactly one of succeeded() and failed() is emitted, once.
class SignInStep : public QObject
{
    Q_OBJECT

public:
    SignInStep(authcore::AuthSession &session, SignInPlan plan, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    void succeeded(const authcore::SignInReport &report);
    void failed(const authcore::TokenError &error);

private:
    template <typename SignIn>
    void connectTo(SignIn &signIn);

    SignInPlan m_plan;
    authcore::PasswordSignIn m_password;
    authcore::BrowserSignIn m_browser;
    authcore::DeviceSignIn m_device;
};

} // namespace app::cli
