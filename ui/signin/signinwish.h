#pragma once

#include "authcore/profile/backendprofile.h"
#include "ui/account/staysignedin.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <chrono>

namespace ui {

//! What somebody who wants to sign in has typed and chosen. Not for logs.
struct SignInWish
{
    authcore::SignInMethod method = authcore::SignInMethod::Password;
    QString userName; //!< of SignInMethod::Password
    QString password; //!< likewise
    QByteArray clientSecret; //!< where the profile's client has one
    StaySignedIn stay = StaySignedIn::InSettingsFile;
};

//! What a profile's sign-in asks people for.
struct SignInForm
{
    QString backend; //!< its name
    QList<authcore::SignInMethod> methods {authcore::SignInMethod::Password};
    enum class PasswordGoes { ToTheServer, ThroughTheClient } password = PasswordGoes::ToTheServer;
    enum class ClientSecret { None, Needed } clientSecret = ClientSecret::None;

    bool operator==(const SignInForm &) const = default;
};

//! What to type on another device, and where.
struct DeviceCode
{
    QString userCode;
    QUrl where;
    QUrl whereWithCode; //!< may be empty
    std::chrono::seconds expiresIn {};
};

} // namespace ui
