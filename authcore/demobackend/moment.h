#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"

namespace demobackend {

//! What a decision depends on besides the request.
//!
//! Lifetime: of one decision.
struct Moment
{
    const Knobs &knobs;
    Instant now;
};

} // namespace demobackend
