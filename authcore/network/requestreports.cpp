#include "authcore/network/requestreports.h"

#include "authcore/network/requestfacts.h"

#include <optional>

namespace authcore {

namespace {

std::optional<int> statusOf(const QNetworkReply &reply)
{
    const QVariant status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    return status.isValid() ? std::optional(status.toInt()) : std::nullopt;
}

} // namespace

RequestReports::RequestReports(SessionGate &gate, ProtectedOrigins &origins)
    : m_gate(gate)
    , m_origins(origins)
{
}

void RequestReports::created(const AuthReply &reply)
{
    if (m_gate.isTraced())
        m_gate.trace(trace::RequestCreated {
            reply.id(), verbOf(reply.operation(), reply.request()), shownUrl(reply.url())});
}

void RequestReports::queued(const AuthReply &reply)
{
    m_gate.trace(trace::RequestQueued {reply.id()});
}

void RequestReports::held(const AuthReply &reply)
{
    if (m_gate.isTraced())
        m_gate.trace(trace::RequestHeld {reply.id(), m_gate.snapshot().refresh});
}

void RequestReports::attemptSent(AuthReply &reply, const SessionGate::Admission &admission)
{
    AuthReply::RequestRecord &record = reply.record();
    record.sentAt = m_gate.clock().monotonic();
    record.refusalsBefore = admission.snapshot.refusals;
    record.isCounted =
        m_origins.profile().replayChallengeEndsSession && !admission.accessToken.isEmpty();
    if (record.isCounted)
        m_gate.attemptSent(admission.snapshot.generation);
    if (m_gate.isTraced())
        m_gate.trace(trace::AttemptSent {
            reply.id(), reply.attempt(), admission.snapshot.generation, shownUrl(reply.url())});
}

void RequestReports::firstByte(const AuthReply &reply, int status)
{
    m_gate.trace(trace::AttemptFirstByte {reply.id(), reply.attempt(), status});
}

// A 2xx or 304 to a request with the token proves it at that origin.
bool RequestReports::isProof(const AuthReply &reply, int status)
{
    const bool isAccepted = (status >= 200 && status < 300) || status == 304;
    return isAccepted && reply.record().carriesToken && reply.generation() != Generation {}
    && !reply.inner()->attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool();
}

// The session is told once for each generation, and again after a refusal.
void RequestReports::noChallenge(const AuthReply &reply, int status)
{
    if (!isProof(reply, status))
        return;
    const AuthReply::RequestRecord &record = reply.record();
    const auto origin = static_cast<std::size_t>(record.origin);
    if (m_accepted.size() <= origin)
        m_accepted.resize(origin + 1);
    const std::pair proof {reply.generation(), record.refusalsBefore};
    if (std::exchange(m_accepted[origin], proof) == proof && !m_gate.hasRefusals())
        return;
    m_gate.accepted({reply.generation(), record.refusalsBefore,
        {verbOf(reply.operation(), reply.request()), reply.url()}});
}

void RequestReports::attemptFinished(AuthReply &reply)
{
    if (m_gate.isTraced())
        m_gate.trace(trace::AttemptFinished {
            reply.id(), reply.attempt(), statusOf(*reply.inner()), reply.inner()->error()});
    attemptOver(reply);
}

void RequestReports::challenged(const AuthReply &reply, ChallengeOutcome outcome, RefreshId refresh)
{
    const bool waits =
        outcome == ChallengeOutcome::StartedRefresh || outcome == ChallengeOutcome::JoinedRefresh;
    m_gate.trace(
        trace::Challenged {reply.id(), reply.attempt(), outcome, waits ? refresh : RefreshId {}});
}

void RequestReports::withdrawn(AuthReply &reply)
{
    attemptOver(reply);
}

void RequestReports::attemptOver(AuthReply &reply)
{
    if (std::exchange(reply.record().isCounted, false))
        m_gate.attemptOver(reply.generation());
}

void RequestReports::finishing(const AuthReply &reply, QNetworkReply::NetworkError error)
{
    if (m_gate.isTraced())
        m_gate.trace(trace::RequestFinished {reply.id(), statusOf(reply), error});
}

} // namespace authcore
