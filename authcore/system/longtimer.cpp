#include "authcore/system/longtimer.h"

#include <algorithm>
#include <utility>

namespace authcore {

LongTimer::LongTimer(std::chrono::milliseconds delay, std::function<void()> then,
    std::chrono::milliseconds longestPart)
    : m_left(std::max(delay, std::chrono::milliseconds::zero()))
    , m_then(std::move(then))
    , m_longestPart(longestPart)
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { goOn(); });
    startNextPart();
}

void LongTimer::startNextPart()
{
    const auto part = std::min(m_left, m_longestPart);
    m_left -= part;
    m_timer.start(part);
}

void LongTimer::goOn()
{
    if (m_left > std::chrono::milliseconds::zero()) {
        startNextPart();
        return;
    }
    const auto then = std::move(m_then);
    then(); // may destroy this
}

} // namespace authcore
