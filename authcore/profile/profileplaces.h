#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <QtCore/QFlags>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>

namespace authcore {

//! What a place can be trusted with.
enum class Secret {
    Password = 1, //!< typed here, sent by SignInMethod::Password
    SignInPage = 2, //!< the person signs in on a page of the place, or on one that it names
    Code = 4, //!< an authorization code or a device code, which is worth tokens
    ClientSecret = 8, //!< see BackendProfile::clientAuthentication
    RefreshToken = 16, //!< in a body, a header or a cookie
    AccessToken = 32, //!< likewise
    Cookies = 64, //!< the session's other cookies, CSRF values among them
};
Q_DECLARE_FLAGS(Secrets, Secret)
Q_DECLARE_OPERATORS_FOR_FLAGS(Secrets)

//! Origins, as originOf() writes them, to what each of them gets. Comparable.
using ProfilePlaces = std::map<QString, Secrets>;

//! Every origin that a sign-in, a refresh, a sign-out or a protected request of `profile` gives a
//! secret to. Pure. What an issuer names (RFC 8414) is among them once Discovery has filled it in.
[[nodiscard]] AUTHCORE_EXPORT ProfilePlaces profilePlaces(const BackendProfile &profile);

//! Those of them that are not the origin of BackendProfile::baseUrl.
[[nodiscard]] AUTHCORE_EXPORT ProfilePlaces foreignPlaces(const BackendProfile &profile);

//! For people: "the password", "the refresh token", ...
[[nodiscard]] AUTHCORE_EXPORT QStringList namesOf(Secrets secrets);

} // namespace authcore
