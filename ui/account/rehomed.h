#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

namespace ui {

//! Returns `tokens` with the endpoints and origins of `profile` where both are on loopback. Only
//! for the built-in backend: its port may change at a restart, and its profile names no port. Other
//! tokens are returned unchanged, and the session refuses them.
[[nodiscard]] authcore::TokenSet rehomed(
    authcore::TokenSet tokens, const authcore::BackendProfile &profile);

} // namespace ui
