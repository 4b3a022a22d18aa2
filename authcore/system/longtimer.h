#pragma once

#include <QtCore/QTimer>

#include <chrono>
#include <functional>
#include <limits>

namespace authcore {

//! A one-shot timer of any length. A QTimer counts an int of milliseconds, at most 24 days; longer
//! delays are made of several parts.
//!
//! Lifetime: destroying it cancels; `then` may do that.
//! Thread:   its own event loop's.
class LongTimer
{
public:
    static constexpr std::chrono::milliseconds longestQTimer {std::numeric_limits<int>::max()};

    LongTimer(std::chrono::milliseconds delay, std::function<void()> then,
        std::chrono::milliseconds longestPart = longestQTimer);

private:
    void startNextPart();
    void goOn();

    std::chrono::milliseconds m_left;
    std::function<void()> m_then;
    std::chrono::milliseconds m_longestPart;
    QTimer m_timer;
};

} // namespace authcore
