#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/system/randombytes.h"

#include <optional>
#include <variant>

// Builds the URL that a browser sign-in opens, and reads the redirect that ends it. Pure.

namespace authcore {

//! Random values that bind an authorization answer to one sign-in. Nobody can guess them.
struct AuthorizationSecrets
{
    QByteArray verifier; //!< RFC 7636 section 4.1
    QByteArray state; //!< RFC 6749 section 10.12
    QByteArray nonce; //!< OpenID Connect Core section 15.5.2; empty without the scope `openid`
};

//! Fresh values from `random`; a nonce only if the profile's scope has `openid`.
[[nodiscard]] AuthorizationSecrets newSecrets(
    const RandomBytes &random, const BackendProfile &profile);

//! The S256 challenge for `verifier` (RFC 7636 section 4.2).
[[nodiscard]] QByteArray codeChallenge(const QByteArray &verifier);

//! The authorization endpoint with all parameters. Parameters of the profile cannot replace those
//! of the protocol, such as `state`.
[[nodiscard]] QUrl authorizationUrl(
    const BackendProfile &profile, const AuthorizationSecrets &secrets, const QUrl &redirectUri);

//! The answer has no `state`, or the `state` of another sign-in.
struct ForeignAnswer
{
};

//! Reads the query of the request for the redirect URI: the authorization code, the reason why
//! there is none, or ForeignAnswer.
//!
//! Spec:     RFC 6749 sections 4.1.2 and 4.1.2.1; RFC 9207 section 2.4.
[[nodiscard]] std::variant<QString, TokenError, ForeignAnswer> readAuthorizationAnswer(
    const QByteArray &query, const BackendProfile &profile, const AuthorizationSecrets &secrets);

} // namespace authcore
