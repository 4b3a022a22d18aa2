#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/session/refreshstory.h"
#include "authcore/session/sessionenums.h"
#include "authcore/session/sessionids.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QByteArray>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkReply>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace authcore {

namespace trace {

//! A protected request was given to the manager. `url` has no user, query and fragment.
struct RequestCreated
{
    RequestId request; //!< whose
    QByteArray verb; //!< "GET"
    QUrl url; //!< where it is to go
};
//! The request waits for its turn at its origin.
struct RequestQueued
{
    RequestId request; //!< whose
};
//! The request waits for a refresh, or for a sign-in.
struct RequestHeld
{
    RequestId request; //!< whose
    RefreshId refresh; //!< what it waits for
};
//! An attempt of the request was handed to Qt.
struct AttemptSent
{
    RequestId request; //!< whose
    int attempt; //!< from 1
    Generation generation; //!< of the token that it carries
    QUrl url; //!< where it goes
};
//! The answer begins.
struct AttemptFirstByte
{
    RequestId request; //!< whose
    int attempt; //!< from 1
    int status; //!< HTTP
};
//! The answer is complete, or there is none.
struct AttemptFinished
{
    RequestId request; //!< whose
    int attempt; //!< from 1
    std::optional<int> status; //!< HTTP; empty: no answer
    QNetworkReply::NetworkError error; //!< as Qt reports it
};
//! The answer was a challenge.
struct Challenged
{
    RequestId request; //!< whose
    int attempt; //!< from 1
    ChallengeOutcome outcome; //!< what was done about it
    RefreshId refresh; //!< that it caused or joined
};
//! The caller has its answer.
struct RequestFinished
{
    RequestId request; //!< whose
    std::optional<int> status; //!< HTTP; empty: none came
    QNetworkReply::NetworkError error; //!< as Qt reports it
};
//! A refresh begins; nothing was sent yet.
struct RefreshStarted
{
    RefreshId refresh; //!< which
    Generation from; //!< the generation that it replaces
};
//! A try of a refresh is on the wire.
struct RefreshTrySent
{
    RefreshId refresh; //!< which
    int attempt; //!< from 1
};
//! A try of a refresh has ended.
struct RefreshTryFinished
{
    RefreshId refresh; //!< which
    int attempt; //!< from 1
    std::optional<TokenError::Code> error; //!< empty: tokens came
    std::optional<int> status; //!< HTTP; empty: no answer
    std::shared_ptr<const RefreshStory> story = {}; //!< until now; null: not recorded
};
//! A refresh has ended.
struct RefreshFinished
{
    RefreshId refresh; //!< which
    std::optional<TokenError::Code> error; //!< why it failed
    Generation generation; //!< of the new tokens, or still the old one
    std::shared_ptr<const RefreshStory> story = {}; //!< the whole; null: not recorded
};
//! The refresh does not matter any more: somebody has signed out or signed in again.
struct RefreshDiscarded
{
    RefreshId refresh; //!< which
};
//! Tokens came from a sign-in, from the store or from the application.
struct TokensReplaced
{
    Generation generation; //!< of the new ones
};
//! The tokens are gone.
struct SessionEnded
{
    EndReason reason; //!< as announced
};

} // namespace trace

//! One thing that happened, and when. Small, typed, without secrets.
struct TraceEvent
{
    std::chrono::nanoseconds at {}; //!< Clock::monotonic()
    std::variant<trace::RequestCreated, trace::RequestQueued, trace::RequestHeld,
        trace::AttemptSent, trace::AttemptFirstByte, trace::AttemptFinished, trace::Challenged,
        trace::RequestFinished, trace::RefreshStarted, trace::RefreshTrySent,
        trace::RefreshTryFinished, trace::RefreshFinished, trace::RefreshDiscarded,
        trace::TokensReplaced, trace::SessionEnded>
        //! Each kind has a struct of its own.
        what;
};

//! Records everything that a session and its managers do.
//!
//! Lifetime: removed from the session before it is destroyed.
//! Thread:   the session's, inside the operation: record and return, never call back.
class TraceSink
{
public:
    TraceSink() = default;
    virtual ~TraceSink() = default;
    TraceSink(const TraceSink &) = delete;
    TraceSink &operator=(const TraceSink &) = delete;

    //! Is called with each event.
    virtual void record(const TraceEvent &event) = 0;
};

} // namespace authcore
