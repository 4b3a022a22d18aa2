#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/system/randombytes.h"

#include <optional>
#include <variant>

// The browser's half of a sign-in, pure: where it is sent and what it brings back.

namespace authcore {

//! What one sign-in is told apart by; all of it impossible to guess.
struct AuthorizationSecrets
{
    QByteArray verifier; //!< RFC 7636 section 4.1
    QByteArray state; //!< RFC 6749 section 10.12
    QByteArray nonce; //!< OpenID Connect Core section 15.5.2; empty without the scope `openid`
};

[[nodiscard]] AuthorizationSecrets newSecrets(
    const RandomBytes &random, const BackendProfile &profile);

//! RFC 7636 section 4.2: S256.
[[nodiscard]] QByteArray codeChallenge(const QByteArray &verifier);

//! The authorization endpoint with everything in it. What a profile adds cannot replace ours.
[[nodiscard]] QUrl authorizationUrl(
    const BackendProfile &profile, const AuthorizationSecrets &secrets, const QUrl &redirectUri);

//! The answer belongs to another sign-in, or is none.
struct ForeignAnswer
{
};

//! The authorization code, or why there is none, or ForeignAnswer. `query` as in the request for the
//! redirect URI.
//! Spec: RFC 6749 sections 4.1.2 and 4.1.2.1; RFC 9207 section 2.4.
[[nodiscard]] std::variant<QString, TokenError, ForeignAnswer> readAuthorizationAnswer(
    const QByteArray &query, const BackendProfile &profile, const AuthorizationSecrets &secrets);

} // namespace authcore
