#pragma once

#include "authcore/profile/backendprofile.h"

namespace authcore {

//! `profile` with durations that are neither negative nor longer than a year, and a leeway that is
//! a part of the lifetime. For profiles that a program has made; problems() checks those that were
//! read.
[[nodiscard]] BackendProfile boundedProfile(BackendProfile profile);

} // namespace authcore
