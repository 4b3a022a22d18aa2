#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <map>

// Stored tokens belong to the places to which the profile sent tokens, cookies, the client's secret
// and the password when they were obtained. A profile that was changed later must not send them to
// other places. Pure; any thread.

namespace authcore {

//! Every endpoint, origin and template of `profile` that sees a token, a cookie, a client secret
//! or a password, and what says whom to trust on the way there (the file with certificate
//! authorities, the client certificate, the proxy), each under the name of its member in the
//! profile's JSON ("revocation"). URLs are resolved. Names, resources, public paths and policies are not among them.
[[nodiscard]] AUTHCORE_EXPORT std::map<QString, QString> tokenPlaces(const BackendProfile &profile);

//! Writes the places of `profile` into `tokens`, which were obtained under it.
AUTHCORE_EXPORT void notePlaces(TokenSet &tokens, const BackendProfile &profile);

//! The members of `profile` that send tokens elsewhere, or otherwise, than when `tokens` were
//! obtained; empty: they may be used with it. Tokens that an older version has stored name only the
//! refresh endpoint and the protected origins. For them, an endpoint at any other origin counts as
//! changed.
[[nodiscard]] AUTHCORE_EXPORT QStringList changedPlaces(
    const TokenSet &tokens, const BackendProfile &profile);

} // namespace authcore
