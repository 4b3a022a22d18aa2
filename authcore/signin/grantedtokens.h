#pragma once

#include "authcore/exchange/tokenresult.h"
#include "authcore/profile/backendprofile.h"

// The steps that all sign-ins at an OAuth authorization server share.

namespace authcore {

//! Whether `scope` contains `word`; spaces separate words (RFC 6749 section 3.3).
[[nodiscard]] bool hasScope(const QString &scope, QLatin1StringView word);

//! Completes tokens for the session: adds the user name, the claims of the ID token and the client
//! secret. Returns an error if an ID token was requested and is missing (OpenID Connect Core
//! section 3.1.3.3). An error in `result` is returned as it is.
[[nodiscard]] TokenResult completedGrant(
    TokenResult result, const BackendProfile &profile, const QByteArray &clientSecret);

//! The probable reason why the server granted no refresh token, for people; empty: it did.
[[nodiscard]] QString whyNoRefreshToken(
    const TokenSet &tokens, const BackendProfile &profile, SignInMethod method);

//! `profile` for a sign-in: with the default refreshRejectedStatuses, since those of a profile are
//! about refreshes. Its refreshRejectedErrors apply to both.
[[nodiscard]] BackendProfile signInProfile(BackendProfile profile);

} // namespace authcore
