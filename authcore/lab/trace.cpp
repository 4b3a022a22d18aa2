#include "authcore/lab/trace.h"

#include <algorithm>

namespace authcore::lab {

namespace {

//! Ends the current phase, if there is one.
void endPhase(RequestRecord &request, std::chrono::nanoseconds at)
{
    if (!request.phases.empty() && !request.phases.back().to)
        request.phases.back().to = at;
}

void beginPhase(
    RequestRecord &request, Phase phase, std::chrono::nanoseconds at, RefreshId refresh = {})
{
    endPhase(request, at);
    request.phases.push_back({.phase = phase, .from = at, .to = {}, .refresh = refresh});
}

[[nodiscard]] bool isIn(const RequestRecord &request, Phase phase)
{
    return !request.phases.empty() && !request.phases.back().to
        && request.phases.back().phase == phase;
}

//! Searches from the end, since the attempt is nearly always the last one.
[[nodiscard]] AttemptRecord *attemptOf(RequestRecord &request, int number)
{
    const auto found = std::find_if(request.attempts.rbegin(), request.attempts.rend(),
        [number](const AttemptRecord &attempt) { return attempt.number == number; });
    return found == request.attempts.rend() ? nullptr : &*found;
}

} // namespace

void Trace::record(const TraceEvent &event)
{
    const auto origin = m_origin.value_or(event.at);
    const auto at = event.at - origin;
    const auto applied =
        std::visit([this, at](const auto &what) { return apply(what, at); }, event.what);
    if (!applied)
        return;
    m_origin = origin;
    m_lastEventAt = std::max(m_lastEventAt, at);
    m_events.push_back(event);
    announce(*applied);
}

void Trace::clear()
{
    m_events.clear();
    m_requests.clear();
    m_refreshes.clear();
    m_rows.clear();
    m_knownRequests.clear();
    m_knownRefreshes.clear();
    m_sessionEnds.clear();
    m_origin.reset();
    m_lastEventAt = {};
    Q_EMIT cleared();
}

const std::vector<TraceEvent> &Trace::events() const
{
    return m_events;
}

const std::vector<RequestRecord> &Trace::requests() const
{
    return m_requests;
}

const std::vector<RefreshRecord> &Trace::refreshes() const
{
    return m_refreshes;
}

const std::vector<Trace::Row> &Trace::rows() const
{
    return m_rows;
}

const RequestRecord *Trace::find(RequestId id) const
{
    const auto found = m_knownRequests.find(id);
    return found == m_knownRequests.end() ? nullptr : &m_requests[found->second.index];
}

const RefreshRecord *Trace::find(RefreshId id) const
{
    const auto found = m_knownRefreshes.find(id);
    return found == m_knownRefreshes.end() ? nullptr : &m_refreshes[found->second.index];
}

const std::vector<std::chrono::nanoseconds> &Trace::sessionEnds() const
{
    return m_sessionEnds;
}

std::chrono::nanoseconds Trace::lastEventAt() const
{
    return m_lastEventAt;
}

Trace::Known *Trace::known(RequestId id)
{
    const auto found = m_knownRequests.find(id);
    return found == m_knownRequests.end() ? nullptr : &found->second;
}

Trace::Known *Trace::known(RefreshId id)
{
    const auto found = m_knownRefreshes.find(id);
    return found == m_knownRefreshes.end() ? nullptr : &found->second;
}

//! Adds each request once per refresh, also after repeated events. Returns the refresh's row.
std::optional<std::size_t> Trace::noteWaiting(RequestId id, Known &request, RefreshId refresh)
{
    auto *const waitedFor = known(refresh);
    if (waitedFor == nullptr || request.lastWaitedFor == refresh)
        return {};
    request.lastWaitedFor = refresh;
    m_refreshes[waitedFor->index].waitedFor.push_back(id);
    return waitedFor->row;
}

void Trace::announce(const Change &change)
{
    switch (change.kind) {
    case Change::Kind::Nothing:
        break;
    case Change::Kind::RowAdded:
        Q_EMIT rowAdded(change.row);
        break;
    case Change::Kind::AttemptAdded:
        Q_EMIT attemptAdded(change.row);
        break;
    case Change::Kind::RowChanged:
        Q_EMIT rowChanged(change.row);
        break;
    }
    if (change.alsoChanged)
        Q_EMIT rowChanged(*change.alsoChanged);
}

Trace::Applied Trace::apply(const trace::RequestCreated &event, Time at)
{
    const auto row = m_rows.size();
    const auto isNew =
        m_knownRequests.try_emplace(event.request, Known {m_requests.size(), row, {}}).second;
    if (!isNew)
        return {};
    m_rows.push_back({Row::Kind::Request, m_requests.size()});
    auto &request = m_requests.emplace_back();
    request.id = event.request;
    request.verb = event.verb;
    request.url = event.url;
    request.createdAt = at;
    return Change {Change::Kind::RowAdded, row, {}};
}

Trace::Applied Trace::apply(const trace::RequestQueued &event, Time at)
{
    const auto *const request = known(event.request);
    if (request == nullptr)
        return {};
    beginPhase(m_requests[request->index], Phase::Queued, at);
    return Change {Change::Kind::RowChanged, request->row, {}};
}

Trace::Applied Trace::apply(const trace::RequestHeld &event, Time at)
{
    auto *const request = known(event.request);
    if (request == nullptr)
        return {};
    beginPhase(m_requests[request->index], Phase::Held, at, event.refresh);
    const auto refreshRow = noteWaiting(event.request, *request, event.refresh);
    return Change {Change::Kind::RowChanged, request->row, refreshRow};
}

Trace::Applied Trace::apply(const trace::AttemptSent &event, Time at)
{
    const auto *const known = this->known(event.request);
    if (known == nullptr)
        return {};
    auto &request = m_requests[known->index];
    auto &attempt = request.attempts.emplace_back();
    attempt.number = event.attempt;
    attempt.generation = event.generation;
    attempt.url = event.url;
    attempt.sentAt = at;
    beginPhase(request, Phase::Sending, at);
    return Change {Change::Kind::AttemptAdded, known->row, {}};
}

Trace::Applied Trace::apply(const trace::AttemptFirstByte &event, Time at)
{
    const auto *const known = this->known(event.request);
    if (known == nullptr)
        return {};
    auto &request = m_requests[known->index];
    if (auto *const attempt = attemptOf(request, event.attempt)) {
        attempt->firstByteAt = at;
        attempt->status = event.status;
    }
    if (isIn(request, Phase::Sending))
        beginPhase(request, Phase::Receiving, at);
    return Change {Change::Kind::RowChanged, known->row, {}};
}

Trace::Applied Trace::apply(const trace::AttemptFinished &event, Time at)
{
    const auto *const known = this->known(event.request);
    if (known == nullptr)
        return {};
    auto &request = m_requests[known->index];
    if (auto *const attempt = attemptOf(request, event.attempt)) {
        attempt->finishedAt = at;
        attempt->status = event.status;
        attempt->error = event.error;
    }
    // The request may already be held when the body of its challenge ends.
    if (isIn(request, Phase::Sending) || isIn(request, Phase::Receiving))
        endPhase(request, at);
    return Change {Change::Kind::RowChanged, known->row, {}};
}

Trace::Applied Trace::apply(const trace::Challenged &event, Time /*at*/)
{
    auto *const request = known(event.request);
    if (request == nullptr)
        return {};
    if (auto *const attempt = attemptOf(m_requests[request->index], event.attempt)) {
        attempt->challenge = event.outcome;
        attempt->refresh = event.refresh;
    }
    std::optional<std::size_t> refreshRow;
    if (const auto *const refresh = known(event.refresh)) {
        if (event.outcome == ChallengeOutcome::StartedRefresh) {
            m_refreshes[refresh->index].causedBy.push_back(event.request);
            refreshRow = refresh->row;
        }
        if (const auto waitedFor = noteWaiting(event.request, *request, event.refresh))
            refreshRow = waitedFor;
    }
    return Change {Change::Kind::RowChanged, request->row, refreshRow};
}

Trace::Applied Trace::apply(const trace::RequestFinished &event, Time at)
{
    const auto *const known = this->known(event.request);
    if (known == nullptr)
        return {};
    auto &request = m_requests[known->index];
    endPhase(request, at);
    request.finishedAt = at;
    request.status = event.status;
    request.error = event.error;
    return Change {Change::Kind::RowChanged, known->row, {}};
}

Trace::Applied Trace::apply(const trace::RefreshStarted &event, Time at)
{
    const auto row = m_rows.size();
    const auto isNew =
        m_knownRefreshes.try_emplace(event.refresh, Known {m_refreshes.size(), row, {}}).second;
    if (!isNew)
        return {};
    m_rows.push_back({Row::Kind::Refresh, m_refreshes.size()});
    auto &refresh = m_refreshes.emplace_back();
    refresh.id = event.refresh;
    refresh.from = event.from;
    refresh.startedAt = at;
    return Change {Change::Kind::RowAdded, row, {}};
}

Trace::Applied Trace::apply(const trace::RefreshTrySent &event, Time at)
{
    const auto *const refresh = known(event.refresh);
    if (refresh == nullptr)
        return {};
    m_refreshes[refresh->index].tries.push_back({at, {}, {}, {}});
    return Change {Change::Kind::AttemptAdded, refresh->row, {}};
}

Trace::Applied Trace::apply(const trace::RefreshTryFinished &event, Time at)
{
    const auto *const refresh = known(event.refresh);
    if (refresh == nullptr)
        return {};
    auto &tries = m_refreshes[refresh->index].tries;
    const auto number = static_cast<std::size_t>(event.attempt); // counts from 1
    if (number >= 1 && number <= tries.size())
        tries[number - 1] = {tries[number - 1].sentAt, at, event.error, event.status};
    m_refreshes[refresh->index].story = event.story;
    return Change {Change::Kind::RowChanged, refresh->row, {}};
}

Trace::Applied Trace::apply(const trace::RefreshFinished &event, Time at)
{
    const auto *const known = this->known(event.refresh);
    if (known == nullptr)
        return {};
    auto &refresh = m_refreshes[known->index];
    refresh.finishedAt = at;
    refresh.error = event.error;
    refresh.story = event.story;
    if (!event.error)
        refresh.to = event.generation;
    return Change {Change::Kind::RowChanged, known->row, {}};
}

Trace::Applied Trace::apply(const trace::RefreshDiscarded &event, Time at)
{
    const auto *const known = this->known(event.refresh);
    if (known == nullptr)
        return {};
    auto &refresh = m_refreshes[known->index];
    refresh.finishedAt = at;
    refresh.discarded = true;
    return Change {Change::Kind::RowChanged, known->row, {}};
}

// NOLINTNEXTLINE(readability-convert-member-functions-to-static): one of a set
Trace::Applied Trace::apply(const trace::TokensReplaced & /*event*/, Time /*at*/)
{
    return Change {};
}

Trace::Applied Trace::apply(const trace::SessionEnded & /*event*/, Time at)
{
    m_sessionEnds.push_back(at);
    return Change {};
}

} // namespace authcore::lab
