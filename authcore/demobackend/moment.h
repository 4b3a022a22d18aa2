#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/httpserver/exchange.h"

namespace demobackend {

//! What a decision depends on besides the request. Lifetime: of one decision.
struct Moment
{
    const Knobs &knobs;
    Instant now;
};

} // namespace demobackend
