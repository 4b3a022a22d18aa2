#pragma once

#include "authcore/exchange/tokenresult.h"
#include "authcore/profile/backendprofile.h"

// What every sign-in at an OAuth authorization server does with its tokens.

namespace authcore {

//! Is `word` one of the space-separated ones of `scope` (RFC 6749 section 3.3)?
[[nodiscard]] bool hasScope(const QString &scope, QLatin1StringView word);

//! `result` as the session gets it: with the name that people know the account by, what the ID
//! token says of it, and the client secret. TokenError: an ID token was asked for and is missing
//! (OpenID Connect Core section 3.1.3.3).
[[nodiscard]] TokenResult completedGrant(
    TokenResult result, const BackendProfile &profile, const QByteArray &clientSecret);

//! For people; empty: there is a refresh token.
[[nodiscard]] QString whyNoRefreshToken(
    const TokenSet &tokens, const BackendProfile &profile, SignInMethod method);

//! `profile` for a sign-in: what it says of statuses is about refreshes, error codes are for both.
[[nodiscard]] BackendProfile signInProfile(BackendProfile profile);

} // namespace authcore
