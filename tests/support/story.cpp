#include "tests/support/story.h"

#include <memory>

namespace test {

Story &Story::created(int request)
{
    return add(authcore::trace::RequestCreated {id(request), "GET", url()});
}

Story &Story::held(int request, int refresh)
{
    return add(authcore::trace::RequestHeld {id(request), refreshId(refresh)});
}

Story &Story::sent(int request, int attempt, int generation)
{
    return add(authcore::trace::AttemptSent {id(request), attempt, g(generation), url()});
}

Story &Story::firstByte(int request, int attempt, int status)
{
    return add(authcore::trace::AttemptFirstByte {id(request), attempt, status});
}

Story &Story::received(int request, int attempt, int status)
{
    return add(
        authcore::trace::AttemptFinished {id(request), attempt, status, QNetworkReply::NoError});
}

Story &Story::challenged(int request, int attempt, Outcome outcome, int refresh)
{
    return add(authcore::trace::Challenged {id(request), attempt, outcome, refreshId(refresh)});
}

Story &Story::answered(int request, int status)
{
    const auto error =
        status == 401 ? QNetworkReply::AuthenticationRequiredError : QNetworkReply::NoError;
    return add(authcore::trace::RequestFinished {id(request), status, error});
}

Story &Story::failed(int request)
{
    return add(authcore::trace::RequestFinished {
        id(request), {}, QNetworkReply::TemporaryNetworkFailureError});
}

Story &Story::brokeOff(int request)
{
    return add(
        authcore::trace::RequestFinished {id(request), 200, QNetworkReply::RemoteHostClosedError});
}

Story &Story::refreshStarted(int refresh, int from)
{
    return add(authcore::trace::RefreshStarted {refreshId(refresh), g(from)});
}

Story &Story::trySent(int refresh, int attempt)
{
    return add(authcore::trace::RefreshTrySent {refreshId(refresh), attempt});
}

Story &Story::tryFailed(int refresh, int attempt, Code code, int status)
{
    return add(authcore::trace::RefreshTryFinished {refreshId(refresh), attempt, code, status});
}

Story &Story::trySucceeded(int refresh, int attempt)
{
    return add(authcore::trace::RefreshTryFinished {refreshId(refresh), attempt, {}, 200});
}

Story &Story::refreshed(int refresh, int to)
{
    return add(authcore::trace::RefreshFinished {refreshId(refresh), {}, g(to)});
}

Story &Story::refreshFailed(int refresh, Code code, const authcore::RefreshStory &story)
{
    return add(authcore::trace::RefreshFinished {
        refreshId(refresh), code, {}, std::make_shared<const authcore::RefreshStory>(story)});
}

Story &Story::refreshDiscarded(int refresh)
{
    return add(authcore::trace::RefreshDiscarded {refreshId(refresh)});
}

Story &Story::tokensReplaced(int generation)
{
    return add(authcore::trace::TokensReplaced {g(generation)});
}

Story &Story::ended()
{
    return add(authcore::trace::SessionEnded {authcore::EndReason::RefreshRejected});
}

Story &Story::whole(int request, int generation, int status)
{
    return created(request)
        .sent(request, 1, generation)
        .received(request, 1, status)
        .answered(request, status);
}

Story &Story::replayed(int request, int generation, int status)
{
    return sent(request, 2, generation).received(request, 2, status).answered(request, status);
}

void Story::tell(authcore::TraceSink &listener) const
{
    for (const auto &event : m_events)
        listener.record(event);
}

Story &Story::add(decltype(authcore::TraceEvent::what) what)
{
    // The times do not start at 0, so that a trace must subtract the time of its first event.
    m_events.push_back(
        {std::chrono::hours(1) + std::chrono::milliseconds(m_events.size()), std::move(what)});
    return *this;
}

} // namespace test
