#pragma once

#include "authcore/system/clock.h"

namespace authcore {

//! A one-shot timer for something that must not take longer.
//!
//! If it fires more than a second late, the process was stopped or the machine slept. The deadline
//! then waits one more second, so that data that has arrived meanwhile is read first.
//!
//! Lifetime: `clock` outlives this; destroying it cancels. `then` may destroy this.
//! Thread:   that of Clock::after().
class Deadline : public Clock::Timer
{
public:
    //! A timer that fires later than this is late.
    static constexpr std::chrono::milliseconds latest {1'000};

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
