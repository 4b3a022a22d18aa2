#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <QtCore/QFlags>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>

namespace authcore {

//! A secret that an origin gets.
enum class Secret {
    Password = 1, //!< typed here, sent by SignInMethod::Password
    SignInPage = 2, //!< the person signs in on a page of the origin, or on one that it names
    Code = 4, //!< an authorization code or a device code, which is worth tokens
    ClientSecret = 8, //!< see BackendProfile::clientAuthentication
    RefreshToken = 16, //!< in a body, a header or a cookie
    AccessToken = 32, //!< likewise
    Cookies = 64, //!< the session's other cookies, CSRF values among them
};
Q_DECLARE_FLAGS(Secrets, Secret)
Q_DECLARE_OPERATORS_FOR_FLAGS(Secrets)

//! Maps origins, as originOf() writes them, to the secrets that each of them gets. Comparable.
using ProfilePlaces = std::map<QString, Secrets>;

//! Every origin to which a sign-in, a refresh, a sign-out or a protected request of `profile` sends
//! a secret. Endpoints of an issuer (RFC 8414) are included after Discovery has filled them in.
//! Pure.
[[nodiscard]] AUTHCORE_EXPORT ProfilePlaces profilePlaces(const BackendProfile &profile);

//! The same without the origin of BackendProfile::baseUrl.
[[nodiscard]] AUTHCORE_EXPORT ProfilePlaces foreignPlaces(const BackendProfile &profile);

//! For people: "the password", "the refresh token", ...
[[nodiscard]] AUTHCORE_EXPORT QStringList namesOf(Secrets secrets);

} // namespace authcore
