#pragma once

#include "authcore/session/traceevent.h"

#include <QtCore/QObject>

#include <optional>
#include <unordered_map>
#include <vector>

namespace authcore::lab {

//! One attempt of a request on the wire. Times count from the first event of the trace.
struct AttemptRecord
{
    int number = 1; //!< from 1
    Generation generation {}; //!< of the token that it carried
    QUrl url; //!< where it went: redirects change it
    std::chrono::nanoseconds sentAt {}; //!< handed to Qt
    std::optional<std::chrono::nanoseconds> firstByteAt; //!< empty: not yet, or never
    std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
    std::optional<int> status; //!< HTTP
    QNetworkReply::NetworkError error = QNetworkReply::NoError; //!< as Qt reports it
    std::optional<ChallengeOutcome> challenge; //!< what was done about its 401
    RefreshId refresh {}; //!< that it caused or joined
};

//! What a stretch of a request's time was spent on.
enum class Phase {
    Queued, //!< for its turn: there is no room in the window
    Held, //!< for a refresh or a sign-in
    Sending, //!< on the way, nothing of the answer is there
    Receiving, //!< from the answer's first byte to its last
};

//! One stretch of a request's time.
struct PhaseRecord
{
    Phase phase = Phase::Queued; //!< what it was spent on
    std::chrono::nanoseconds from {}; //!< its beginning
    std::optional<std::chrono::nanoseconds> to; //!< empty: still
    RefreshId refresh {}; //!< of a Held phase; none: waits for a sign-in
};

//! One request as its caller sees it, with its attempts.
struct RequestRecord
{
    RequestId id {}; //!< counts from 1 in a session
    QByteArray verb; //!< "GET"
    QUrl url; //!< without user, query and fragment
    std::chrono::nanoseconds createdAt {}; //!< the caller asked for it
    std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
    std::optional<int> status; //!< of the answer that the caller got
    //! Of the answer that the caller got.
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    std::vector<AttemptRecord> attempts; //!< in order
    std::vector<PhaseRecord> phases; //!< in order, without gaps of interest
};

//! One refresh with its tries.
struct RefreshRecord
{
    //! One POST to the token endpoint.
    struct Try
    {
        std::chrono::nanoseconds sentAt {}; //!< handed to Qt
        std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
        std::optional<TokenError::Code> error; //!< empty: tokens came
        std::optional<int> status; //!< HTTP; empty: no answer
    };
    RefreshId id {}; //!< counts from 1 in a session
    Generation from {}; //!< the generation that it replaces
    std::optional<Generation> to; //!< set when it succeeded
    std::chrono::nanoseconds startedAt {}; //!< before its first try
    std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
    std::optional<TokenError::Code> error; //!< empty: it succeeded, or still runs
    bool discarded = false; //!< overtaken by a sign-in or a sign-out
    std::vector<Try> tries; //!< in order
    std::vector<RequestId> causedBy; //!< its first challenge, if a challenge caused it
    std::vector<RequestId> waitedFor; //!< requests that were held for it, the causing one included
};

//! Collects what a session and its managers do into records that can be drawn and judged.
//!
//! Each event costs the same however many came before. Events of requests and refreshes whose
//! beginning was not seen are left out.
//! Lifetime: take it off the session (setTraceSink) before it dies.
//! Thread:   the session's.
class Trace : public QObject, public TraceSink
{
    Q_OBJECT

public:
    //! A row in order of creation: a request or a refresh.
    struct Row
    {
        //! Which list the row is in.
        enum class Kind {
            Request, //!< requests()
            Refresh, //!< refreshes()
        };
        Kind kind = Kind::Request; //!< a request or a refresh
        std::size_t index = 0; //!< into requests() or refreshes()
    };

    using QObject::QObject;

    //! Takes the event in; emits what changed.
    void record(const TraceEvent &event) override;
    void clear(); //!< forgets everything; requests that are under way are not followed any more

    //! As recorded, in the session's time.
    [[nodiscard]] const std::vector<TraceEvent> &events() const;
    [[nodiscard]] const std::vector<RequestRecord> &requests() const; //!< in order of creation
    [[nodiscard]] const std::vector<RefreshRecord> &refreshes() const; //!< in order of their start
    [[nodiscard]] const std::vector<Row> &rows() const; //!< both in one order
    [[nodiscard]] const RequestRecord *find(RequestId id) const; //!< nullptr: unknown
    [[nodiscard]] const RefreshRecord *find(RefreshId id) const; //!< nullptr: unknown
    //! When the session ended, each time.
    [[nodiscard]] const std::vector<std::chrono::nanoseconds> &sessionEnds() const;
    [[nodiscard]] std::chrono::nanoseconds lastEventAt() const; //!< 0: nothing has happened

Q_SIGNALS:
    void rowAdded(std::size_t row); //!< the last one
    //! The last attempt of the request, or the last try of the refresh.
    void attemptAdded(std::size_t row);
    void rowChanged(std::size_t row); //!< anything else in it or in its attempts
    void cleared(); //!< everything is forgotten

private:
    //! What one event made of the rows.
    struct Change
    {
        enum class Kind { Nothing, RowAdded, AttemptAdded, RowChanged };
        Kind kind = Kind::Nothing;
        std::size_t row = 0;
        std::optional<std::size_t> alsoChanged; //!< the refresh that a request waits for
    };
    using Applied = std::optional<Change>; //!< empty: of something that we do not know
    using Time = std::chrono::nanoseconds;

    Applied apply(const trace::RequestCreated &event, Time at);
    Applied apply(const trace::RequestQueued &event, Time at);
    Applied apply(const trace::RequestHeld &event, Time at);
    Applied apply(const trace::AttemptSent &event, Time at);
    Applied apply(const trace::AttemptFirstByte &event, Time at);
    Applied apply(const trace::AttemptFinished &event, Time at);
    Applied apply(const trace::Challenged &event, Time at);
    Applied apply(const trace::RequestFinished &event, Time at);
    Applied apply(const trace::RefreshStarted &event, Time at);
    Applied apply(const trace::RefreshTrySent &event, Time at);
    Applied apply(const trace::RefreshTryFinished &event, Time at);
    Applied apply(const trace::RefreshFinished &event, Time at);
    Applied apply(const trace::RefreshDiscarded &event, Time at);
    Applied apply(const trace::TokensReplaced &event, Time at);
    Applied apply(const trace::SessionEnded &event, Time at);

    //! A record, where its row is, and what only the bookkeeping needs.
    struct Known
    {
        std::size_t index = 0;
        std::size_t row = 0;
        RefreshId lastWaitedFor {};
    };
    [[nodiscard]] Known *known(RequestId id);
    [[nodiscard]] Known *known(RefreshId id);
    std::optional<std::size_t> noteWaiting(RequestId id, Known &request, RefreshId refresh);
    void announce(const Change &change);

    std::vector<TraceEvent> m_events;
    std::vector<RequestRecord> m_requests;
    std::vector<RefreshRecord> m_refreshes;
    std::vector<Row> m_rows;
    std::unordered_map<RequestId, Known> m_knownRequests;
    std::unordered_map<RefreshId, Known> m_knownRefreshes;
    std::vector<std::chrono::nanoseconds> m_sessionEnds;
    std::optional<std::chrono::nanoseconds> m_origin; //!< of the first event, in the session's time
    std::chrono::nanoseconds m_lastEventAt {};
};

} // namespace authcore::lab
