#include "authcore/network/holdlimit.h"

#include "authcore/system/deadline.h"

#include <algorithm>
#include <utility>

namespace authcore {

HoldLimit::HoldLimit(RequestQueue &queue, Clock &clock, std::function<void()> passed)
    : m_queue(queue)
    , m_clock(clock)
    , m_passed(std::move(passed))
{
}

void HoldLimit::arm(std::chrono::milliseconds limit)
{
    if (m_timer || m_queue.queuedCount() == 0)
        return;
    const auto now = m_clock.monotonic();
    auto oldest = now;
    for (const AuthReply *reply : m_queue.queued())
        oldest = std::min(oldest, reply->record().heldSince);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(oldest + limit - now);
    m_timer = std::make_unique<Deadline>(m_clock, left, [this] {
        m_timer.reset();
        m_passed();
    });
}

std::vector<QPointer<AuthReply>> HoldLimit::late(std::chrono::milliseconds limit) const
{
    const auto now = m_clock.monotonic();
    std::vector<QPointer<AuthReply>> late;
    for (AuthReply *reply : m_queue.queued()) {
        if (reply->record().heldSince + limit <= now)
            late.emplace_back(reply);
    }
    return late;
}

} // namespace authcore
