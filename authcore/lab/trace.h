#pragma once

#include "authcore/session/traceevent.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace authcore::lab {

//! One attempt of a request on the wire. All times are since the first event of the trace.
struct AttemptRecord
{
    int number = 1; //!< from 1
    Generation generation {}; //!< of the attempt's token
    QUrl url; //!< of this attempt; redirects change it
    std::chrono::nanoseconds sentAt {}; //!< handed to Qt
    std::optional<std::chrono::nanoseconds> firstByteAt; //!< empty: no byte so far
    std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
    std::optional<int> status; //!< HTTP
    QNetworkReply::NetworkError error = QNetworkReply::NoError; //!< as Qt reports it
    std::optional<ChallengeOutcome> challenge; //!< what the session decided about the challenge
    RefreshId refresh {}; //!< the refresh that the challenge caused or joined
};

//! What a request waits for.
enum class Phase {
    Queued, //!< for room in the window
    Held, //!< for a refresh or a sign-in
    Sending, //!< for the first byte of the answer
    Receiving, //!< for the last byte of the answer
};

//! One period of a request's time.
struct PhaseRecord
{
    Phase phase = Phase::Queued; //!< what the request waited for
    std::chrono::nanoseconds from {}; //!< the beginning
    std::optional<std::chrono::nanoseconds> to; //!< the end; empty: the phase goes on
    RefreshId refresh {}; //!< of a Held phase; none: the request waits for a sign-in
};

//! One request as its caller sees it, with its attempts.
struct RequestRecord
{
    RequestId id {}; //!< counts from 1 in a session
    QByteArray verb; //!< "GET"
    QUrl url; //!< without user, query and fragment
    std::chrono::nanoseconds createdAt {}; //!< the caller made the request
    std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
    std::optional<int> status; //!< of the caller's answer
    //! Of the caller's answer.
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    std::vector<AttemptRecord> attempts; //!< in order
    std::vector<PhaseRecord> phases; //!< in order
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
    Generation from {}; //!< the generation that the refresh replaces
    std::optional<Generation> to; //!< the new generation; empty: no success so far
    std::chrono::nanoseconds startedAt {}; //!< before its first try
    std::optional<std::chrono::nanoseconds> finishedAt; //!< empty: still under way
    std::optional<TokenError::Code> error; //!< empty: the refresh has succeeded or still runs
    bool discarded = false; //!< a sign-in or sign-out made its answer void
    std::vector<Try> tries; //!< in order
    std::shared_ptr<const RefreshStory> story; //!< until now; null: no try has ended
    std::vector<RequestId> causedBy; //!< the request whose challenge caused the refresh, if any
    std::vector<RequestId> waitedFor; //!< requests that were held for the refresh
};

//! Collects the events of a session and its managers in records that can be drawn and judged.
//!
//! The cost of an event does not depend on the number of earlier events. A trace ignores the events
//! of requests and refreshes that began before it.
//!
//! Lifetime: remove it from the session (setTraceSink) before it is destroyed.
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

    //! Adds an event and emits the change.
    void record(const TraceEvent &event) override;
    void clear(); //!< removes everything; later events of unfinished requests are ignored

    //! The events as recorded, in the session's time.
    [[nodiscard]] const std::vector<TraceEvent> &events() const;
    [[nodiscard]] const std::vector<RequestRecord> &requests() const; //!< in order of creation
    [[nodiscard]] const std::vector<RefreshRecord> &refreshes() const; //!< in order of their start
    [[nodiscard]] const std::vector<Row> &
    rows() const; //!< requests and refreshes in order of creation
    [[nodiscard]] const RequestRecord *find(RequestId id) const; //!< nullptr: unknown
    [[nodiscard]] const RefreshRecord *find(RefreshId id) const; //!< nullptr: unknown
    //! The times at which the session ended.
    [[nodiscard]] const std::vector<std::chrono::nanoseconds> &sessionEnds() const;
    [[nodiscard]] std::chrono::nanoseconds lastEventAt() const; //!< 0: no event so far

Q_SIGNALS:
    void rowAdded(std::size_t row); //!< `row` is the last one
    //! The row has a new attempt of the request, or a new try of the refresh.
    void attemptAdded(std::size_t row);
    void rowChanged(std::size_t row); //!< anything else in the row has changed
    void cleared(); //!< clear() was called

private:
    //! The change of the rows by one event.
    struct Change
    {
        enum class Kind { Nothing, RowAdded, AttemptAdded, RowChanged };
        Kind kind = Kind::Nothing;
        std::size_t row = 0;
        std::optional<std::size_t> alsoChanged; //!< the refresh that a request waits for
    };
    using Applied = std::optional<Change>; //!< empty: the request or refresh is unknown
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

    //! A record with its row and internal data.
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
    std::optional<std::chrono::nanoseconds> m_origin; //!< the session's time of the first event
    std::chrono::nanoseconds m_lastEventAt {};
};

} // namespace authcore::lab
