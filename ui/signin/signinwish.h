#pragma once

#include "authcore/profile/backendprofile.h"
#include "ui/account/staysignedin.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <chrono>

namespace ui {

//! What a person has typed and chosen in order to sign in. Must not be logged.
struct SignInWish
{
    authcore::SignInMethod method = authcore::SignInMethod::Password;
    QString userName; //!< for SignInMethod::Password
    QString password; //!< for SignInMethod::Password
    QByteArray clientSecret; //!< empty: the profile's client has no secret
    StaySignedIn stay = StaySignedIn::InSettingsFile;
};

//! What the sign-in of a profile asks people for.
struct SignInForm
{
    QString backend; //!< the backend's name
    QList<authcore::SignInMethod> methods {authcore::SignInMethod::Password};
    enum class PasswordGoes { ToTheServer, ThroughTheClient } password = PasswordGoes::ToTheServer;
    enum class ClientSecret { None, Needed } clientSecret = ClientSecret::None;

    bool operator==(const SignInForm &) const = default;
};

//! The code to type on another device, and the address to type it at.
struct DeviceCode
{
    QString userCode;
    QUrl where;
    QUrl whereWithCode; //!< may be empty
    std::chrono::seconds expiresIn {};
};

} // namespace ui
