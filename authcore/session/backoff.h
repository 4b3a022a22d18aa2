#pragma once

#include "authcore/profile/backendprofile.h"

#include <chrono>
#include <optional>

// How long to wait after a failed refresh: before its next try, and before the next refresh. Pure.

namespace authcore {

//! The pause before the next try of a refresh whose try number `attempt` failed: exponential
//! back-off with full jitter by `random` (0 to 1), or what the server asked for, if that is longer.
[[nodiscard]] std::chrono::milliseconds retryPause(const RefreshPolicy &policy, int attempt,
    double random, std::optional<std::chrono::milliseconds> retryAfter);

//! Whether a try that begins `left` before the deadline of its refresh has enough time. A try that
//! is aborted may cost the refresh token: the server may have accepted it already.
[[nodiscard]] bool isTimeForTry(const RefreshPolicy &policy, std::chrono::nanoseconds left);

//! The part of a failure that matters for the next refresh.
struct FailedRefresh
{
    int failuresBefore = 0; //!< failed refreshes since the last one that succeeded
    bool failsTheSameAgain = false; //!< the profile is wrong
    std::optional<std::chrono::milliseconds> retryAfter = {}; //!< what the server asked for
};

//! For how long after a failed refresh no other one begins.
struct Cooldown
{
    std::chrono::milliseconds early {}; //!< no early refresh: the token can still be used
    std::chrono::milliseconds any {}; //!< no refresh at all; 0: the next challenge may start one
};

//! The more refreshes have failed, the longer the cool-down. `random` (0 to 1) spreads the
//! refreshes of many clients.
[[nodiscard]] Cooldown cooldownAfter(
    const FailedRefresh &failed, const RefreshPolicy &policy, double random);

} // namespace authcore
