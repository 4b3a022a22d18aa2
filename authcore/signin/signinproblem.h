#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"

namespace authcore {

//! `error` of a sign-in by `method`. Its text also says what to change in the profile, by the names
//! that the members have in JSON, and repeats what the server says. Pure.
[[nodiscard]] TokenError explained(
    TokenError error, const BackendProfile &profile, SignInMethod method);

} // namespace authcore
