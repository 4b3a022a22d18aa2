#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>

// Stored tokens belong to the places to which the profile sent them, their cookies, the client's
// secret and the person's password when they were obtained. Whoever changes the profile later must
// not get them. Pure; any thread.

namespace authcore {

//! Every endpoint, origin and template of `profile` that sees a token, a cookie, a client secret
//! or a password, each under the name of its member in the profile's JSON ("revocation"). URLs are
//! resolved. Names, resources, public paths and policies are not among them.
[[nodiscard]] AUTHCORE_EXPORT std::map<QString, QString> tokenPlaces(const BackendProfile &profile);

//! Notes in `tokens` that they were obtained under `profile`.
AUTHCORE_EXPORT void notePlaces(TokenSet &tokens, const BackendProfile &profile);

//! The members of `profile` that send tokens elsewhere, or otherwise, than when `tokens` were
//! obtained; empty: they may be used with it. Tokens that an older version has stored say only
//! where they were refreshed and which origins were protected: with them, an endpoint at an origin
//! that is none of these has changed, too.
[[nodiscard]] AUTHCORE_EXPORT QStringList changedPlaces(
    const TokenSet &tokens, const BackendProfile &profile);

} // namespace authcore
