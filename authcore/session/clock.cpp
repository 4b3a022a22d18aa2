#include "authcore/session/clock.h"

#include <QtCore/QTimer>

#include <algorithm>
#include <limits>
#include <utility>

namespace authcore {

namespace {

constexpr std::chrono::milliseconds longestQTimer {std::numeric_limits<int>::max()};

class QtTimer : public Clock::Timer
{
public:
    QtTimer(std::chrono::milliseconds delay, std::function<void()> then)
        : m_left(std::max(delay, std::chrono::milliseconds::zero()))
        , m_then(std::move(then))
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { goOn(); });
        startNextPart();
    }

private:
    //! A QTimer counts an int of milliseconds, 24 days: longer delays are made of several.
    void startNextPart()
    {
        const auto part = std::min(m_left, longestQTimer);
        m_left -= part;
        m_timer.start(part);
    }

    void goOn()
    {
        if (m_left > std::chrono::milliseconds::zero()) {
            startNextPart();
            return;
        }
        const auto then = std::move(m_then);
        then(); // may destroy this
    }

    std::chrono::milliseconds m_left;
    std::function<void()> m_then;
    QTimer m_timer;
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
    return std::make_unique<QtTimer>(delay, std::move(then));
}

} // namespace authcore
