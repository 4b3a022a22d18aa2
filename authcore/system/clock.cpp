#include "authcore/system/clock.h"

#include "authcore/system/longtimer.h"

#include <utility>

namespace authcore {

namespace {

struct SystemTimer : Clock::Timer
{
    SystemTimer(std::chrono::milliseconds delay, std::function<void()> then)
        : timer(delay, std::move(then))
    {
    }

    LongTimer timer;
};

} // namespace

std::chrono::sys_time<std::chrono::milliseconds> SystemClock::now() const
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::chrono::nanoseconds SystemClock::monotonic() const
{
    return std::chrono::steady_clock::now().time_since_epoch();
}

std::unique_ptr<Clock::Timer> SystemClock::after(
    std::chrono::milliseconds delay, std::function<void()> then)
{
    return std::make_unique<SystemTimer>(delay, std::move(then));
}

} // namespace authcore
