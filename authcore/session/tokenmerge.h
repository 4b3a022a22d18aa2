#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

#include <QtNetwork/QNetworkCookie>

#include <chrono>

// Completes token sets. Pure.

namespace authcore {

//! `tokens` with the members that it lacks: the places to which `profile` sends it (a program may
//! have made the tokens), the account, and when it was received.
[[nodiscard]] TokenSet completedTokens(
    TokenSet tokens, const BackendProfile &profile, std::chrono::sys_seconds now);

//! `fresh`, the answer to a refresh, with the members of `old` that the answer does not give. The
//! cookies of `fresh` are `sentCookies` with the changes that the answer made.
//! Spec: RFC 6749 section 6 (the refresh token).
[[nodiscard]] TokenSet mergedTokens(TokenSet fresh, const TokenSet &old,
    const QList<QNetworkCookie> &sentCookies, const BackendProfile &profile,
    std::chrono::sys_seconds now);

} // namespace authcore
