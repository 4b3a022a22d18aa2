#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/requestqueue.h"
#include "authcore/system/clock.h"

#include <QtCore/QPointer>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace authcore {

//! How long requests may wait for a refresh. One timer for all, that of the one held longest.
//!
//! Lifetime: a part of its manager; `queue` and `clock` outlive it.
//! Thread:   the manager's.
class HoldLimit
{
public:
    //! `passed` is called when late() has some.
    HoldLimit(RequestQueue &queue, Clock &clock, std::function<void()> passed);

    //! Nothing changes when it is armed already, or nothing waits.
    void arm(std::chrono::milliseconds limit);
    void disarm() { m_timer.reset(); }
    //! Those that have waited for `limit`.
    [[nodiscard]] std::vector<QPointer<AuthReply>> late(std::chrono::milliseconds limit) const;

private:
    RequestQueue &m_queue;
    Clock &m_clock;
    std::function<void()> m_passed;
    std::unique_ptr<Clock::Timer> m_timer;
};

} // namespace authcore
