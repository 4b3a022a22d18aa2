#include "authcore/network/requesthold.h"

#include "authcore/system/deadline.h"

#include <algorithm>
#include <utility>

namespace authcore {

RequestHold::RequestHold(SessionGate &gate, RequestQueue &queue, ProtectedOrigins &origins,
    RequestReports &reports, std::function<void()> limitPassed)
    : m_gate(gate)
    , m_queue(queue)
    , m_origins(origins)
    , m_reports(reports)
    , m_limitPassed(std::move(limitPassed))
{
}

void RequestHold::setWithoutSession(WithoutSession behaviour)
{
    if (std::exchange(m_withoutSession, behaviour) == behaviour)
        return;
    // The time limit does not count the time in which a person was waited for.
    const auto now = m_gate.clock().monotonic();
    for (AuthReply *reply : m_queue.queued())
        reply->record().heldSince = now;
    rearmLimit();
}

bool RequestHold::isHolding() const
{
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    return snapshot.isRestoring || snapshot.isRefreshInProgress
        || (!snapshot.isSignedIn && m_withoutSession == WithoutSession::HoldUntilSignIn);
}

bool RequestHold::isWaitingForPerson() const
{
    return m_withoutSession == WithoutSession::HoldUntilSignIn && !m_gate.snapshot().isSignedIn;
}

void RequestHold::enqueue(AuthReply &reply)
{
    AuthReply::RequestRecord &record = reply.record();
    record.heldSince = m_gate.clock().monotonic();
    if (const RefreshId refresh = m_gate.snapshot().refresh; refresh != RefreshId {})
        record.heldFor = refresh;
    m_queue.enqueue(record.origin, record.turn, &reply);
}

void RequestHold::dequeue(const AuthReply &reply)
{
    m_queue.remove(reply.record().origin, reply.record().turn);
}

std::vector<QPointer<AuthReply>> RequestHold::take(
    const std::function<bool(const AuthReply &)> &isTaken)
{
    std::vector<QPointer<AuthReply>> taken;
    for (AuthReply *reply : m_queue.queued()) {
        if (isTaken(*reply)) {
            dequeue(*reply);
            taken.emplace_back(reply);
        }
    }
    return taken;
}

// The session may tell of a refresh before its signal arrives.
void RequestHold::waitFor(RefreshId refresh)
{
    if (refresh == RefreshId {} || std::exchange(m_waitsFor, refresh) == refresh)
        return;
    const auto now = m_gate.clock().monotonic();
    for (AuthReply *reply : m_queue.queued()) {
        reply->record().heldSince = now;
        reply->record().heldFor = refresh;
        if (reply->hasChallenge())
            reply->record().ownRefresh = refresh;
        m_reports.held(*reply);
    }
    armLimit();
}

void RequestHold::armLimit()
{
    if (m_timer || m_queue.queuedCount() == 0 || !isHolding() || isWaitingForPerson())
        return;
    const auto now = m_gate.clock().monotonic();
    auto oldest = now;
    for (const AuthReply *reply : m_queue.queued())
        oldest = std::min(oldest, reply->record().heldSince);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(oldest + limit() - now);
    m_timer = std::make_unique<Deadline>(m_gate.clock(), left, [this] {
        m_timer.reset();
        m_limitPassed();
    });
}

// The next thing to wait for may have begun: a slot that was called before may have caused it.
void RequestHold::rearmLimit()
{
    m_timer.reset();
    armLimit();
}

bool RequestHold::isOverdue(const AuthReply &reply) const
{
    return reply.record().heldSince + limit() <= m_gate.clock().monotonic();
}

std::chrono::milliseconds RequestHold::limit() const
{
    return m_origins.profile().policy.holdTimeout;
}

} // namespace authcore
