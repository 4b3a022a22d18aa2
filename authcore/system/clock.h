#pragma once

#include "authcore/system/export.h"

#include <chrono>
#include <functional>
#include <memory>

namespace authcore {

//! The source of time, so that tests can set it: wall clock, monotonic clock and one-shot timers.
//!
//! Thread:   now() and monotonic() from any; after() belongs to the calling thread's event loop.
class AUTHCORE_EXPORT Clock
{
public:
    //! A running one-shot timer; destroying it cancels.
    class Timer
    {
    public:
        Timer() = default;
        virtual ~Timer() = default;
        Timer(const Timer &) = delete;
        Timer &operator=(const Timer &) = delete;
    };

    Clock() = default;
    virtual ~Clock() = default;
    Clock(const Clock &) = delete;
    Clock &operator=(const Clock &) = delete;

    //! The wall clock, which people and NTP set.
    [[nodiscard]] virtual std::chrono::sys_time<std::chrono::milliseconds> now() const = 0;
    //! now() in whole seconds, the unit of expiry times and HTTP dates.
    [[nodiscard]] std::chrono::sys_seconds nowInSeconds() const
    {
        return std::chrono::floor<std::chrono::seconds>(now());
    }
    //! The time since some moment; it never goes back.
    [[nodiscard]] virtual std::chrono::nanoseconds monotonic() const = 0;
    //! Calls `then` once after `delay`, from the event loop, never inside after().
    [[nodiscard]] virtual std::unique_ptr<Timer> after(
        std::chrono::milliseconds delay, std::function<void()> then) = 0;
};

//! The machine's clocks and QTimer.
class AUTHCORE_EXPORT SystemClock : public Clock
{
public:
    //! The wall clock.
    [[nodiscard]] std::chrono::sys_time<std::chrono::milliseconds> now() const override;
    [[nodiscard]] std::chrono::nanoseconds monotonic() const override; //!< the steady clock
    [[nodiscard]] std::unique_ptr<Timer> after(
        std::chrono::milliseconds delay, std::function<void()> then) override;
};

} // namespace authcore
