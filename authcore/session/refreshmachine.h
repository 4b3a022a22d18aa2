#pragma once

#include "authcore/session/sessionenums.h"
#include "authcore/tokens/tokenset.h"

#include <variant>

//! The refresh state machine: pure, without clock, network or signals. AuthSession performs its
//! effects.
//!
//! A refresh is the stretch from Preparing to the next Holding or SignedOut. Whatever comes back
//! from an operation that was begun in a state now left (a late answer after a sign-out) changes
//! nothing.
namespace authcore::machine {

//! Whether a refresh can wait while the token is still good.
enum class Urgency {
    Early, //!< the token is near its end but valid: one try, then go on with it
    Needed, //!< challenged, expired, missing, or asked for by a person
};

//! Whether there is a refresh token.
enum class RefreshToken {
    Absent, //!< so a challenge ends the session
    Present, //!< so a refresh may be tried
};

//! Whether another refresh can help a challenged request.
enum class Remedy {
    Refresh, //!< yes
    None, //!< no: the challenge is final
};

// States. `generation` is the one that the session holds, or held last.

//! Nobody is signed in.
struct SignedOut
{
    Generation generation {}; //!< held, or held last
    bool operator==(const SignedOut &) const = default;
};

//! Tokens are held, and no refresh runs.
struct Holding
{
    Generation generation {}; //!< held
    bool operator==(const Holding &) const = default;
};

//! The lock that other processes respect is being taken, and the store reread inside it.
struct Preparing
{
    Generation generation {}; //!< held
    Urgency urgency = Urgency::Needed; //!< of whoever asked first
    bool operator==(const Preparing &) const = default;
};

//! Try number `attempt` is on the wire.
struct Refreshing
{
    Generation generation {}; //!< held
    int attempt = 1; //!< from 1
    Urgency urgency = Urgency::Needed; //!< of whoever asked first
    bool operator==(const Refreshing &) const = default;
};

//! Try number `attempt` failed for a passing reason; a pause runs before the next try.
struct BackingOff
{
    Generation generation {}; //!< held
    int attempt = 1; //!< from 1
    bool operator==(const BackingOff &) const = default;
};

//! New tokens have arrived, and are being stored before they are used.
struct Storing
{
    Generation generation {}; //!< held
    bool operator==(const Storing &) const = default;
};

//! The refresh token was rejected; the store is asked whether another process has refreshed
//! already.
struct Rereading
{
    Generation generation {}; //!< held
    bool operator==(const Rereading &) const = default;
};

//! What the session is doing.
using State =
    std::variant<SignedOut, Holding, Preparing, Refreshing, BackingOff, Storing, Rereading>;

// Events.

//! Tokens came from outside: from a sign-in, from a store or from the application.
struct TokensSet
{
};
//! Somebody ends the session.
struct SignOut
{
    EndReason reason = EndReason::SignedOut; //!< to be announced
};
//! A request came back with a challenge.
struct Challenged
{
    Generation sentWith {}; //!< the generation that it carried
    Remedy remedy = Remedy::Refresh; //!< of a challenge to the present generation
    RefreshToken refreshToken = RefreshToken::Present; //!< to refresh with
};
//! A request or a person needs new tokens.
struct RefreshWanted
{
    Urgency urgency = Urgency::Needed; //!< whether it can wait
};
//! The try brought new tokens.
struct TrySucceeded
{
};
//! The server does not accept the refresh token any more.
struct TryRejected
{
};
//! The server does not accept this client or its request: the profile is wrong.
struct TryMisconfigured
{
};
//! The try failed for a passing reason: no network, a time-out, a server in trouble.
struct TryFailedForNow
{
};
//! The pause before the next try is over.
struct RetryDue
{
};
//! The refresh has taken too long.
struct DeadlinePassed
{
};
//! The new tokens were stored, or storing failed; they are used in both cases.
struct StoreDone
{
};
//! The store has newer tokens: another process has refreshed first.
struct RereadFoundNewer
{
};
//! The store has the tokens that are held, is not shared, or cannot tell.
struct RereadFoundNothing
{
};
//! The store has no entry any more: somebody has signed out in another process.
struct RereadFoundNoEntry
{
};
//! A freshly refreshed token was challenged, and the profile says that this ends the session.
struct ReplayRefused
{
};

//! What can happen.
using Event = std::variant<TokensSet, SignOut, Challenged, RefreshWanted, TrySucceeded, TryRejected,
    TryMisconfigured, TryFailedForNow, RetryDue, DeadlinePassed, StoreDone, RereadFoundNewer,
    RereadFoundNothing, RereadFoundNoEntry, ReplayRefused>;

//! What AuthSession has to do.
enum class Effect {
    None, //!< the event does not matter here
    Adopt, //!< take the tokens that were set
    DiscardAndAdopt, //!< likewise, and forget the refresh under way
    End, //!< the session is over
    DiscardAndEnd, //!< likewise, and forget the refresh under way
    StartRefresh, //!< a new refresh begins: deadline, lock, a look into the store
    Join, //!< wait for the refresh under way
    Replay, //!< send again at once, the token was an older one
    Deliver, //!< final, the caller gets the challenge
    StartTry, //!< the first or next try of the refresh under way
    BackOff, //!< wait, then RetryDue
    Store, //!< store the new tokens, then StoreDone
    Announce, //!< the new tokens count from now on
    Reread, //!< look into the store
    FailWaiters, //!< the refresh failed: the session is kept, waiting requests end
};

//! What an event leads to.
struct Step
{
    State next; //!< the state from now on
    Effect effect = Effect::None; //!< what there is to do
    bool operator==(const Step &) const = default;
};

//! The whole machine. Pure.
[[nodiscard]] Step advance(const State &state, const Event &event);

[[nodiscard]] Generation generationOf(const State &state); //!< the one held, or held last
[[nodiscard]] bool isSignedIn(const State &state) noexcept; //!< all states but SignedOut
//! Neither SignedOut nor Holding.
[[nodiscard]] bool isRefreshInProgress(const State &state) noexcept;

} // namespace authcore::machine
