#pragma once

#include "authcore/system/clock.h"

namespace authcore {

//! A one-shot timer for something that must not take longer.
//!
//! One that fires more than a second late has not been watching: the process was stopped, or the
//! machine slept. What has arrived meanwhile is then read first: the deadline waits one more
//! second before it counts.
//!
//! Lifetime: `clock` outlives this; destroying it cancels. `then` may destroy this.
//! Thread:   that of Clock::after().
class Deadline : public Clock::Timer
{
public:
    static constexpr std::chrono::milliseconds latest {1'000}; //!< after this it counts as late

    //! Calls `then` once after `delay`, from the event loop, never inside the constructor.
    Deadline(Clock &clock, std::chrono::milliseconds delay, std::function<void()> then);

private:
    void wait(std::chrono::milliseconds delay);
    void fire();

    Clock &m_clock;
    std::function<void()> m_then;
    std::chrono::nanoseconds m_due {};
    std::unique_ptr<Clock::Timer> m_timer;
};

} // namespace authcore
