#pragma once

#include "authcore/protocol/tokenerror.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QByteArray>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkReply>

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

namespace authcore {

enum class RequestId : std::uint64_t {}; //!< counts the protected requests of a session
enum class RefreshId : std::uint32_t {}; //!< counts the refreshes of a session; 0 is "none"

//! Why a session ended.
enum class EndReason {
    SignedOut, //!< signOut() was called
    RefreshRejected, //!< the server will not have the refresh token any more
    NoRefreshToken, //!< a challenge, and nothing to refresh with
    SignedOutElsewhere, //!< another process has erased the tokens from the store that we share
    ReplayChallenged, //!< a freshly refreshed token was challenged (where the profile says that
                      //!< ends it)
    ProfileChanged, //!< the endpoints are others than those under which the tokens were obtained
};

//! What was done about a challenge.
enum class ChallengeOutcome {
    StartedRefresh, //!< this challenge caused the refresh
    JoinedRefresh, //!< it waits for one that was running
    ReplayedAtOnce, //!< its token was of an older generation: sent again without a refresh
    WaitsForSignIn, //!< no session, and the manager holds until sign-in
    Delivered, //!< final: the caller gets it
};

namespace trace {

//! `url` without user, query and fragment
struct RequestCreated
{
    RequestId request;
    QByteArray verb;
    QUrl url;
};
//! It waits for its turn at its origin
struct RequestQueued
{
    RequestId request;
};
//! `refresh` 0: waits for a sign-in
struct RequestHeld
{
    RequestId request;
    RefreshId refresh;
};
//! `attempt` counts from 1
struct AttemptSent
{
    RequestId request;
    int attempt;
    Generation generation;
    QUrl url;
};
struct AttemptFirstByte
{
    RequestId request;
    int attempt;
    int status;
};
struct AttemptFinished
{
    RequestId request;
    int attempt;
    std::optional<int> status;
    QNetworkReply::NetworkError error;
};
struct Challenged
{
    RequestId request;
    int attempt;
    ChallengeOutcome outcome;
    RefreshId refresh;
};
struct RequestFinished
{
    RequestId request;
    std::optional<int> status;
    QNetworkReply::NetworkError error;
};
struct RefreshStarted
{
    RefreshId refresh;
    Generation from;
};
struct RefreshTrySent
{
    RefreshId refresh;
    int attempt;
};
struct RefreshTryFinished
{
    RefreshId refresh;
    int attempt;
    std::optional<TokenError::Code> error;
    std::optional<int> status;
};
//! no error: `generation` is the new one
struct RefreshFinished
{
    RefreshId refresh;
    std::optional<TokenError::Code> error;
    Generation generation;
};
//! Signed out or signed in anew meanwhile
struct RefreshDiscarded
{
    RefreshId refresh;
};
//! By sign-in, restore or hand
struct TokensReplaced
{
    Generation generation;
};
struct SessionEnded
{
    EndReason reason;
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
        what;
};

//! Hears everything that a session and its managers do. Called on the thread where it happens,
//! inside the operation: record and return, never call back.
class TraceSink
{
public:
    TraceSink() = default;
    virtual ~TraceSink() = default;
    TraceSink(const TraceSink &) = delete;
    TraceSink &operator=(const TraceSink &) = delete;

    virtual void record(const TraceEvent &event) = 0;
};

} // namespace authcore
