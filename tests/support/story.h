#pragma once

#include "authcore/session/traceevent.h"

#include <QtCore/QMetaType>

#include <chrono>
#include <vector>

namespace test {

//! A hand-written trace of a session and its requests: one event per call, a millisecond apart.
//!
//!     Story().created(1).sent(1, 1, 1).challenged(1, 1, ChallengeOutcome::StartedRefresh, 1)
class Story
{
public:
    using Code = authcore::TokenError::Code;
    using Outcome = authcore::ChallengeOutcome;

    Story &created(int request)
    {
        return add(authcore::trace::RequestCreated {id(request), "GET", url()});
    }
    Story &queued(int request) { return add(authcore::trace::RequestQueued {id(request)}); }
    Story &held(int request, int refresh)
    {
        return add(authcore::trace::RequestHeld {id(request), refreshId(refresh)});
    }
    Story &sent(int request, int attempt, int generation)
    {
        return add(authcore::trace::AttemptSent {id(request), attempt, g(generation), url()});
    }
    Story &firstByte(int request, int attempt, int status)
    {
        return add(authcore::trace::AttemptFirstByte {id(request), attempt, status});
    }
    Story &received(int request, int attempt, int status)
    {
        return add(authcore::trace::AttemptFinished {
            id(request), attempt, status, QNetworkReply::NoError});
    }
    Story &challenged(int request, int attempt, Outcome outcome, int refresh = 0)
    {
        return add(authcore::trace::Challenged {id(request), attempt, outcome, refreshId(refresh)});
    }
    Story &answered(int request, int status)
    {
        const auto error =
            status == 401 ? QNetworkReply::AuthenticationRequiredError : QNetworkReply::NoError;
        return add(authcore::trace::RequestFinished {id(request), status, error});
    }
    Story &failed(int request)
    {
        return add(authcore::trace::RequestFinished {
            id(request), {}, QNetworkReply::TemporaryNetworkFailureError});
    }
    //! The connection closes in the middle of a good answer.
    Story &brokeOff(int request)
    {
        return add(authcore::trace::RequestFinished {
            id(request), 200, QNetworkReply::RemoteHostClosedError});
    }
    Story &refreshStarted(int refresh, int from)
    {
        return add(authcore::trace::RefreshStarted {refreshId(refresh), g(from)});
    }
    Story &trySent(int refresh, int attempt)
    {
        return add(authcore::trace::RefreshTrySent {refreshId(refresh), attempt});
    }
    Story &tryFailed(int refresh, int attempt, Code code, int status)
    {
        return add(authcore::trace::RefreshTryFinished {refreshId(refresh), attempt, code, status});
    }
    Story &trySucceeded(int refresh, int attempt)
    {
        return add(authcore::trace::RefreshTryFinished {refreshId(refresh), attempt, {}, 200});
    }
    Story &refreshed(int refresh, int to)
    {
        return add(authcore::trace::RefreshFinished {refreshId(refresh), {}, g(to)});
    }
    Story &refreshFailed(int refresh, Code code)
    {
        return add(authcore::trace::RefreshFinished {refreshId(refresh), code, {}});
    }
    Story &refreshDiscarded(int refresh)
    {
        return add(authcore::trace::RefreshDiscarded {refreshId(refresh)});
    }
    Story &tokensReplaced(int generation)
    {
        return add(authcore::trace::TokensReplaced {g(generation)});
    }
    Story &ended()
    {
        return add(authcore::trace::SessionEnded {authcore::EndReason::RefreshRejected});
    }

    //! A request with one attempt and an answer.
    Story &whole(int request, int generation, int status)
    {
        return created(request)
            .sent(request, 1, generation)
            .received(request, 1, status)
            .answered(request, status);
    }
    //! The replay of a request after its challenge and the refresh.
    Story &replayed(int request, int generation, int status = 200)
    {
        return sent(request, 2, generation).received(request, 2, status).answered(request, status);
    }

    void tell(authcore::TraceSink &listener) const
    {
        for (const auto &event : m_events)
            listener.record(event);
    }

    static authcore::RequestId id(int request) { return authcore::RequestId(request); }
    static authcore::RefreshId refreshId(int refresh) { return authcore::RefreshId(refresh); }
    static authcore::Generation g(int generation) { return authcore::Generation(generation); }
    static QUrl url() { return QUrl(QStringLiteral("http://127.0.0.1/api/resources")); }

private:
    Story &add(decltype(authcore::TraceEvent::what) what)
    {
        // The times do not start at 0, so that a trace must subtract the time of its first event.
        m_events.push_back(
            {std::chrono::hours(1) + std::chrono::milliseconds(m_events.size()), std::move(what)});
        return *this;
    }

    std::vector<authcore::TraceEvent> m_events;
};

} // namespace test

Q_DECLARE_METATYPE(test::Story)
