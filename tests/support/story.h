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

    Story &created(int request);
    Story &queued(int request) { return add(authcore::trace::RequestQueued {id(request)}); }
    Story &held(int request, int refresh);
    Story &sent(int request, int attempt, int generation);
    Story &firstByte(int request, int attempt, int status);
    Story &received(int request, int attempt, int status);
    Story &challenged(int request, int attempt, Outcome outcome, int refresh = 0);
    Story &answered(int request, int status);
    Story &failed(int request);
    //! The connection closes in the middle of a good answer.
    Story &brokeOff(int request);
    Story &refreshStarted(int refresh, int from);
    Story &trySent(int refresh, int attempt);
    Story &tryFailed(int refresh, int attempt, Code code, int status);
    Story &trySucceeded(int refresh, int attempt);
    Story &refreshed(int refresh, int to);
    Story &refreshFailed(int refresh, Code code, const authcore::RefreshStory &story = {});
    Story &refreshDiscarded(int refresh);
    Story &tokensReplaced(int generation);
    Story &ended();

    //! A request with one attempt and an answer.
    Story &whole(int request, int generation, int status);
    //! The replay of a request after its challenge and the refresh.
    Story &replayed(int request, int generation, int status = 200);

    void tell(authcore::TraceSink &listener) const;

    static authcore::RequestId id(int request) { return authcore::RequestId(request); }
    static authcore::RefreshId refreshId(int refresh) { return authcore::RefreshId(refresh); }
    static authcore::Generation g(int generation) { return authcore::Generation(generation); }
    static QUrl url() { return QUrl(QStringLiteral("http://127.0.0.1/api/resources")); }

private:
    Story &add(decltype(authcore::TraceEvent::what) what);

    std::vector<authcore::TraceEvent> m_events;
};

} // namespace test

Q_DECLARE_METATYPE(test::Story)
