#include "authcore/system/deadline.h"

#include <utility>

namespace authcore {

Deadline::Deadline(Clock &clock, std::chrono::milliseconds delay, std::function<void()> then)
    : m_clock(clock)
    , m_then(std::move(then))
{
    wait(delay);
}

void Deadline::wait(std::chrono::milliseconds delay)
{
    m_due = m_clock.monotonic() + delay;
    m_timer = m_clock.after(delay, [this] { fire(); });
}

void Deadline::fire()
{
    if (m_clock.monotonic() - m_due > latest) {
        wait(latest);
        return;
    }
    const auto then = std::exchange(m_then, nullptr);
    then(); // may destroy this
}

} // namespace authcore
