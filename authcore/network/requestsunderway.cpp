#include "authcore/network/requestsunderway.h"

#include "authcore/network/requestreports.h"
#include "authcore/system/deadline.h"

#include <algorithm>
#include <utility>

namespace authcore {

RequestsUnderWay::RequestsUnderWay(Clock &clock, RequestQueue &queue, std::function<void()> hasRoom)
    : m_clock(clock)
    , m_queue(queue)
    , m_hasRoom(std::move(hasRoom))
{
}

void RequestsUnderWay::started(AuthReply &reply, Generation generation)
{
    const RequestQueue::OriginId origin = reply.record().origin;
    m_queue.started(origin);
    if (!m_queue.mayUseHttp2(origin))
        return;
    const auto now = m_clock.monotonic();
    m_queue.beginTrial(origin, generation, now);
    m_watched.push_back({&reply, origin, generation, now});
    arm();
}

void RequestsUnderWay::answered(const AuthReply &reply, int status)
{
    const RequestQueue::OriginId origin = reply.record().origin;
    if (!reply.record().carriesToken || !m_queue.mayUseHttp2(origin))
        return;
    const auto now = m_clock.monotonic();
    if (!RequestReports::isProof(reply, status))
        m_queue.answered(origin, reply.generation(), now);
    else if (m_queue.proved(origin, reply.generation(), now))
        m_hasRoom();
}

void RequestsUnderWay::finished(const AuthReply &reply)
{
    m_queue.finished(reply.record().origin);
    const auto found = std::find_if(m_watched.begin(), m_watched.end(),
        [&reply](const Watched &watched) { return watched.reply == &reply; });
    if (found == m_watched.end())
        return;
    endTrial(*found);
    m_watched.erase(found);
}

void RequestsUnderWay::endTrial(Watched &watched)
{
    if (std::exchange(watched.isTrial, false))
        m_queue.endTrial(watched.origin, watched.generation);
}

// One timer serves all: that of the oldest trial.
void RequestsUnderWay::arm()
{
    const auto oldest = std::find_if(
        m_watched.begin(), m_watched.end(), [](const Watched &watched) { return watched.isTrial; });
    if (m_timer || oldest == m_watched.end())
        return;
    const auto left = oldest->since + slow - m_clock.monotonic();
    m_timer = std::make_unique<Deadline>(
        m_clock, std::chrono::ceil<std::chrono::milliseconds>(left), [this] { look(); });
}

void RequestsUnderWay::look()
{
    m_timer.reset();
    const auto now = m_clock.monotonic();
    for (Watched &watched : m_watched) {
        if (watched.since + slow <= now)
            endTrial(watched);
    }
    arm();
    m_hasRoom();
}

} // namespace authcore
