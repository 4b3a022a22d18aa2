#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

#include <QtNetwork/QNetworkCookie>

#include <chrono>

// What a token set lacks, and where it comes from. Pure.

namespace authcore {

//! `tokens` with what it does not say: the places that `profile` sends it to (as for tokens that a
//! program made by hand), the account, and when it was received.
[[nodiscard]] TokenSet completedTokens(
    TokenSet tokens, const BackendProfile &profile, std::chrono::sys_seconds now);

//! `fresh`, the answer to a refresh, with what it leaves out: that stays as in `old`. The cookies
//! of `fresh` are those that were sent along, `sentCookies`, as the answer changed them.
//! Spec: RFC 6749 section 6 (the refresh token).
[[nodiscard]] TokenSet mergedTokens(TokenSet fresh, const TokenSet &old,
    const QList<QNetworkCookie> &sentCookies, const BackendProfile &profile,
    std::chrono::sys_seconds now);

} // namespace authcore
