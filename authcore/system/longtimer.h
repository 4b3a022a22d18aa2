#pragma once

#include "authcore/system/clock.h"

#include <QtCore/QTimer>

#include <limits>

namespace authcore {

//! A one-shot timer of any length. A QTimer counts an int of milliseconds, 24 days: longer delays
//! are made of several parts.
//!
//! Thread: its own event loop's. `then` may destroy this.
class LongTimer : public Clock::Timer
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
