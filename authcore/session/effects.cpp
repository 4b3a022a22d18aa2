#include "authcore/session/effects.h"

namespace authcore::machine {

ChallengeOutcome outcomeOf(Effect effect, const State &state)
{
    switch (effect) {
    case Effect::Replay:
        return ChallengeOutcome::ReplayedAtOnce;
    case Effect::Join:
        return ChallengeOutcome::JoinedRefresh;
    case Effect::StartRefresh:
        return ChallengeOutcome::StartedRefresh;
    case Effect::End:
        return ChallengeOutcome::WaitsForSignIn;
    case Effect::Deliver:
        return isSignedIn(state) ? ChallengeOutcome::Delivered : ChallengeOutcome::WaitsForSignIn;
    case Effect::None:
    case Effect::Adopt:
    case Effect::DiscardAndAdopt:
    case Effect::DiscardAndEnd:
    case Effect::StartTry:
    case Effect::BackOff:
    case Effect::Store:
    case Effect::Announce:
    case Effect::Reread:
    case Effect::FailWaiters:
        break;
    }
    return ChallengeOutcome::Delivered;
}

EndReason endReasonOf(const Event &event)
{
    if (const auto *signOut = std::get_if<SignOut>(&event))
        return signOut->reason;
    if (std::holds_alternative<Challenged>(event))
        return EndReason::NoRefreshToken;
    if (std::holds_alternative<ReplayRefused>(event))
        return EndReason::ReplayChallenged;
    if (std::holds_alternative<RereadFoundNoEntry>(event))
        return EndReason::SignedOutElsewhere;
    return EndReason::RefreshRejected;
}

int attemptOf(const State &state)
{
    if (const auto *refreshing = std::get_if<Refreshing>(&state))
        return refreshing->attempt;
    if (const auto *backingOff = std::get_if<BackingOff>(&state))
        return backingOff->attempt;
    return 0;
}

} // namespace authcore::machine
