#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

namespace ui {

//! The tokens as if obtained at `profile`'s present address. For the built-in backend only: it may
//! listen on another port after a restart, its profile names it by what it is and not by its port.
//! Loopback to loopback; anything else is left as it is, and the session will not use it.
[[nodiscard]] authcore::TokenSet rehomed(
    authcore::TokenSet tokens, const authcore::BackendProfile &profile);

} // namespace ui
