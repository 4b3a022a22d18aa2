#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QString>

#include <chrono>

// What a session does after a try of a refresh, as sentences for RefreshStory::decision. They name
// the settings of the profile as its JSON does. Pure; any thread.

namespace authcore::decision {

//! Another process has refreshed, or new tokens came.
[[nodiscard]] QString newTokens();
[[nodiscard]] QString othersTokens();
//! The server rejects the refresh token: the session ends.
[[nodiscard]] QString rejected(const TokenError &error, const BackendProfile &profile);
//! The same request would fail in the same way.
[[nodiscard]] QString misconfigured(const TokenError &error, const BackendProfile &profile);
[[nodiscard]] QString anotherTry(const TokenError &error, std::chrono::milliseconds pause);
//! A transient `error`, and no time is left.
[[nodiscard]] QString outOfTime(const TokenError &error, const BackendProfile &profile);
//! A transient `error` of a refresh that can wait.
[[nodiscard]] QString later();
//! The new tokens could not be stored, so the refresh token was not sent.
[[nodiscard]] QString notSent();

} // namespace authcore::decision
