#pragma once

#include "authcore/system/clock.h"

#include <functional>
#include <memory>

namespace authcore {

class SessionGate;

//! Refreshes the token before it expires, so that no request has to wait for that. Only a token
//! that a request has used is refreshed: an idle application does not keep its session alive.
//!
//! Lifetime: a part of its AuthSession; `gate` outlives it.
//! Thread:   the session's.
class EarlyRefresh
{
public:
    //! `random`, in [0, 1), spreads the refreshes of many clients, which otherwise come together.
    EarlyRefresh(SessionGate &gate, std::function<double()> random);

    void tokensChanged(); //!< the session has new tokens
    void arm(); //!< starts the timer again: the time of the refresh has changed
    void disarm() { m_timer.reset(); }

private:
    SessionGate &m_gate;
    std::function<double()> m_random;
    std::unique_ptr<Clock::Timer> m_timer;
    double m_spread = 0;
};

} // namespace authcore
