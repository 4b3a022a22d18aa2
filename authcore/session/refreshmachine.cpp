#include "authcore/session/refreshmachine.h"

namespace authcore::machine {

namespace {

Generation following(Generation generation)
{
    return Generation {static_cast<std::uint32_t>(generation) + 1};
}

// One overload for each (state, event) pair that matters; the template takes all others.
struct Table
{
    template <typename State, typename Event>
    Step operator()(const State &state, const Event &) const
    {
        return {state, Effect::None};
    }

    // Tokens from outside count in every state.
    template <typename State>
    Step operator()(const State &state, const TokensSet &) const
    {
        const bool idle = std::is_same_v<State, SignedOut> || std::is_same_v<State, Holding>;
        return {
            Holding {following(state.generation)}, idle ? Effect::Adopt : Effect::DiscardAndAdopt};
    }

    template <typename State>
    Step operator()(const State &state, const SignOut &) const
    {
        const bool idle = std::is_same_v<State, Holding>;
        return {SignedOut {state.generation}, idle ? Effect::End : Effect::DiscardAndEnd};
    }
    Step operator()(const SignedOut &state, const SignOut &) const { return {state, Effect::None}; }

    // Challenges.

    Step operator()(const SignedOut &state, const Challenged &) const
    {
        return {state, Effect::Deliver};
    }

    Step operator()(const Holding &state, const Challenged &challenge) const
    {
        if (challenge.sentWith < state.generation)
            return {state, Effect::Replay};
        if (challenge.remedy == Remedy::None)
            return {state, Effect::Deliver};
        if (challenge.refreshToken == RefreshToken::Absent)
            return {SignedOut {state.generation}, Effect::End};
        return {Preparing {state.generation, Urgency::Needed}, Effect::StartRefresh};
    }

    template <typename State>
    [[nodiscard]] Step duringRefresh(const State &state, const Challenged &challenge) const
    {
        const bool final =
            challenge.sentWith == state.generation && challenge.remedy == Remedy::None;
        return {state, final ? Effect::Deliver : Effect::Join};
    }

    Step operator()(Preparing state, const Challenged &challenge) const
    {
        return becomingNeeded(state, challenge);
    }
    Step operator()(Refreshing state, const Challenged &challenge) const
    {
        return becomingNeeded(state, challenge);
    }
    Step operator()(const BackingOff &state, const Challenged &challenge) const
    {
        return duringRefresh(state, challenge);
    }
    Step operator()(const Storing &state, const Challenged &challenge) const
    {
        return duringRefresh(state, challenge);
    }
    Step operator()(const Rereading &state, const Challenged &challenge) const
    {
        return duringRefresh(state, challenge);
    }

    template <typename State>
    [[nodiscard]] Step becomingNeeded(State state, const Challenged &challenge) const
    {
        const Step step = duringRefresh(state, challenge);
        if (step.effect == Effect::Join)
            state.urgency = Urgency::Needed;
        return {state, step.effect};
    }

    Step operator()(const Holding &state, const ReplayRefused &) const
    {
        return {SignedOut {state.generation}, Effect::End};
    }

    // The course of a refresh.

    Step operator()(const Holding &state, const RefreshWanted &wanted) const
    {
        return {Preparing {state.generation, wanted.urgency}, Effect::StartRefresh};
    }
    template <typename State>
    [[nodiscard]] static Step joined(State state, const RefreshWanted &wanted)
    {
        if (wanted.urgency == Urgency::Needed)
            state.urgency = Urgency::Needed;
        return {state, Effect::Join};
    }
    Step operator()(const Preparing &state, const RefreshWanted &wanted) const
    {
        return joined(state, wanted);
    }
    Step operator()(const Refreshing &state, const RefreshWanted &wanted) const
    {
        return joined(state, wanted);
    }
    Step operator()(const BackingOff &state, const RefreshWanted &) const
    {
        return {state, Effect::Join};
    }
    Step operator()(const Storing &state, const RefreshWanted &) const
    {
        return {state, Effect::Join};
    }
    Step operator()(const Rereading &state, const RefreshWanted &) const
    {
        return {state, Effect::Join};
    }

    Step operator()(const Preparing &state, const RereadFoundNewer &) const
    {
        return {Holding {following(state.generation)}, Effect::Announce};
    }
    Step operator()(const Preparing &state, const RereadFoundNothing &) const
    {
        return {Refreshing {state.generation, 1, state.urgency}, Effect::StartTry};
    }
    Step operator()(const Preparing &state, const RereadFoundNoEntry &) const
    {
        return {SignedOut {state.generation}, Effect::End};
    }

    Step operator()(const Refreshing &state, const TrySucceeded &) const
    {
        return {Storing {state.generation}, Effect::Store};
    }
    Step operator()(const Refreshing &state, const TryRejected &) const
    {
        return {Rereading {state.generation}, Effect::Reread};
    }
    Step operator()(const Refreshing &state, const TryMisconfigured &) const
    {
        return {Holding {state.generation}, Effect::FailWaiters};
    }
    Step operator()(const Refreshing &state, const TryFailedForNow &) const
    {
        if (state.urgency == Urgency::Early)
            return {Holding {state.generation}, Effect::FailWaiters};
        return {BackingOff {state.generation, state.attempt}, Effect::BackOff};
    }
    Step operator()(const BackingOff &state, const RetryDue &) const
    {
        return {
            Refreshing {state.generation, state.attempt + 1, Urgency::Needed}, Effect::StartTry};
    }

    Step operator()(const Storing &state, const StoreDone &) const
    {
        return {Holding {following(state.generation)}, Effect::Announce};
    }
    Step operator()(const Storing &state, const RereadFoundNoEntry &) const
    {
        return {SignedOut {state.generation}, Effect::End};
    }
    Step operator()(const Rereading &state, const RereadFoundNewer &) const
    {
        return {Holding {following(state.generation)}, Effect::Announce};
    }
    Step operator()(const Rereading &state, const RereadFoundNothing &) const
    {
        return {SignedOut {state.generation}, Effect::End};
    }
    Step operator()(const Rereading &state, const RereadFoundNoEntry &) const
    {
        return {SignedOut {state.generation}, Effect::End};
    }

    Step operator()(const Preparing &state, const DeadlinePassed &) const
    {
        return {Holding {state.generation}, Effect::FailWaiters};
    }
    Step operator()(const Refreshing &state, const DeadlinePassed &) const
    {
        return {Holding {state.generation}, Effect::FailWaiters};
    }
    Step operator()(const BackingOff &state, const DeadlinePassed &) const
    {
        return {Holding {state.generation}, Effect::FailWaiters};
    }
    // New tokens are used although the store does not answer in time, ...
    Step operator()(const Storing &state, const DeadlinePassed &) const
    {
        return {Holding {following(state.generation)}, Effect::Announce};
    }
    // ... and a rejected session ends although the store does not answer.
    Step operator()(const Rereading &state, const DeadlinePassed &) const
    {
        return {SignedOut {state.generation}, Effect::End};
    }
};

} // namespace

Step advance(const State &state, const Event &event)
{
    return std::visit(Table {}, state, event);
}

Generation generationOf(const State &state)
{
    return std::visit([](const auto &any) { return any.generation; }, state);
}

bool isSignedIn(const State &state) noexcept
{
    return !std::holds_alternative<SignedOut>(state);
}

bool isRefreshInProgress(const State &state) noexcept
{
    return !std::holds_alternative<SignedOut>(state) && !std::holds_alternative<Holding>(state);
}

} // namespace authcore::machine
