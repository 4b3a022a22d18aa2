#pragma once

#include "authcore/system/clock.h"

#include <functional>
#include <memory>

namespace authcore {

class SessionGate;

//! Refreshes before the token runs out, so that requests need not wait for it; but only a token
//! that a request has used: an idle application does not keep its session alive.
//!
//! Lifetime: a part of its AuthSession; `gate` outlives it.
//! Thread:   the session's.
class EarlyRefresh
{
public:
    //! `random`, in [0, 1), spreads many clients: they would all refresh in the same second.
    EarlyRefresh(SessionGate &gate, std::function<double()> random);

    void tokensChanged(); //!< there are new ones
    void arm(); //!< anew: what it depends on has changed
    void disarm() { m_timer.reset(); }

private:
    SessionGate &m_gate;
    std::function<double()> m_random;
    std::unique_ptr<Clock::Timer> m_timer;
    double m_spread = 0;
};

} // namespace authcore
