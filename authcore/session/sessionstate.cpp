#include "authcore/session/sessionstate.h"

#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/boundedprofile.h"
#include "authcore/session/effects.h"

#include <utility>

namespace authcore {

SessionState::SessionState(BackendProfile profile)
    : m_profile(std::make_shared<const BackendProfile>(boundedProfile(std::move(profile))))
{
}

SessionState::Snapshot SessionState::snapshot() const
{
    const Lock lock(m_mutex);
    return snapshotNow();
}

int SessionState::failures() const
{
    const Lock lock(m_mutex);
    return m_cooldown.failures();
}

bool SessionState::wasUsed() const
{
    const Lock lock(m_mutex);
    return m_tokens.wasUsed();
}

bool SessionState::isReady(Leeway leeway, Moment now) const
{
    const Lock lock(m_mutex);
    return std::holds_alternative<machine::Holding>(m_machine) && !m_restoring
        && !need(leeway, now);
}

bool SessionState::isTokenUsable(Moment now) const
{
    const Lock lock(m_mutex);
    return usable(now);
}

std::optional<SessionState::Moment> SessionState::earlyRefreshDue(double spread) const
{
    const Lock lock(m_mutex);
    if (!std::holds_alternative<machine::Holding>(m_machine))
        return std::nullopt;
    const auto due = m_tokens.earlyRefreshDue(spread, m_profile->policy);
    return due ? std::optional(Moment {*due, m_cooldown.earlyRefreshAllowedAt()}) : std::nullopt;
}

SessionState::Admission SessionState::admit(RefreshId heldFor, Leeway leeway, Moment now)
{
    using Answer = Admission::Answer;
    const Lock lock(m_mutex);
    // Requests do not wait for an early refresh that waits itself for another process.
    const auto *preparing = std::get_if<machine::Preparing>(&m_machine);
    const bool mayOvertake = preparing != nullptr && preparing->urgency == machine::Urgency::Early
        && leeway == Leeway::Usual && usable(now);
    if (m_restoring || (machine::isRefreshInProgress(m_machine) && !mayOvertake))
        return {.answer = Answer::Wait, .snapshot = snapshotNow()};
    if (!machine::isSignedIn(m_machine))
        return {.answer = Answer::NoSession};
    const bool hasWaited = hasWaitedForPresentToken(heldFor);
    const auto urgency =
        mayOvertake || (hasWaited && usable(now)) ? std::nullopt : need(leeway, now);
    if (urgency && m_tokens.refreshToken() == machine::RefreshToken::Present) {
        if (*urgency == machine::Urgency::Needed && m_cooldown.forbidsRefresh(now.monotonic))
            return {.answer = Answer::CoolingDown, .error = m_cooldown.reason()};
        advance(machine::RefreshWanted {*urgency});
        return {.answer = Answer::Wait,
            .snapshot = snapshotNow(),
            .isEarly = *urgency == machine::Urgency::Early && leeway == Leeway::Usual};
    }
    if (urgency && !m_tokens.hasAccessToken()) {
        advance(machine::SignOut {EndReason::NoRefreshToken});
        return {.answer = Answer::NoSession};
    }
    // Without a refresh token, the server decides whether the token has expired.
    m_tokens.use();
    return {.answer = Answer::Send,
        .accessToken = m_tokens.tokens().accessToken,
        .cookies = m_tokens.cookies(),
        .snapshot = snapshotNow(),
        .profileRevision = m_profileRevision};
}

SessionState::ChallengeDecision SessionState::challenged(const Challenge &challenge, Moment now)
{
    const Lock lock(m_mutex);
    const bool isPresent =
        machine::isSignedIn(m_machine) && challenge.sentWith == machine::generationOf(m_machine);
    const bool isConclusive = isPresent && !ranOutOnItsWay(challenge, now);
    if (isConclusive && challenge.ownRefresh != RefreshId {} && challenge.ownRefresh == m_madeBy)
        return refuse(challenge, now);
    if (challenge.number >= mostSends)
        return {};
    // A request that waited for tokens which the server refuses causes no further refresh.
    const bool isFinal = isConclusive && hasWaitedForPresentToken(challenge.heldFor)
        && !m_acceptance.isProven(challenge.request.url);
    const bool wouldRefresh = isPresent && !isFinal
        && std::holds_alternative<machine::Holding>(m_machine)
        && m_tokens.refreshToken() == machine::RefreshToken::Present;
    if (wouldRefresh
        && (m_cooldown.forbidsRefresh(now.monotonic)
            || m_acceptance.isInVain(challenge.request, now.monotonic)))
        return {};
    const auto remedy = isFinal ? machine::Remedy::None : machine::Remedy::Refresh;
    const machine::Effect effect =
        advance(machine::Challenged {challenge.sentWith, remedy, m_tokens.refreshToken()});
    return {machine::outcomeOf(effect, m_machine), m_refresh};
}

// A token may expire while its request is under way, such as a large upload. The refusal then says
// nothing about the refresh that made the token.
bool SessionState::ranOutOnItsWay(const Challenge &challenge, Moment now) const
{
    return m_tokens.hasExpired(now.wall)
        || now.monotonic - challenge.sentAt > m_profile->policy.tryTimeout;
}

// The replay of a request was challenged although its token is from the refresh that it waited for.
SessionState::ChallengeDecision SessionState::refuse(const Challenge &challenge, Moment now)
{
    m_acceptance.refused(
        challenge.request, challenge.ownRefresh, now.monotonic, m_profile->policy.cooldown);
    acceptanceChanged();
    if (!m_profile->replayChallengeEndsSession || m_acceptance.isProvenAnywhere())
        return {};
    if (m_attempts > 0) {
        if (!std::exchange(m_isRefusalUndecided, true))
            m_tasks.emplace_back(AwaitVerdict {challenge.sentWith});
        return {.waitsForOthers = true};
    }
    advance(machine::ReplayRefused {});
    return {};
}

void SessionState::accepted(const Accepted &answer)
{
    const Lock lock(m_mutex);
    if (!machine::isSignedIn(m_machine) || answer.sentWith != machine::generationOf(m_machine))
        return;
    m_acceptance.accepted(answer.request, answer.refusalsBefore);
    acceptanceChanged();
    settleRefusals();
}

void SessionState::attemptSent(Generation sentWith)
{
    const Lock lock(m_mutex);
    if (machine::isSignedIn(m_machine) && sentWith == machine::generationOf(m_machine))
        ++m_attempts;
}

void SessionState::attemptOver(Generation sentWith)
{
    const Lock lock(m_mutex);
    if (m_attempts > 0 && sentWith == machine::generationOf(m_machine) && --m_attempts == 0)
        decide();
}

void SessionState::verdictDue(Generation generation)
{
    const Lock lock(m_mutex);
    if (generation == machine::generationOf(m_machine))
        decide();
}

// No other request is left that could show whether the refused token is good.
void SessionState::decide()
{
    if (m_isRefusalUndecided && advance(machine::ReplayRefused {}) == machine::Effect::None)
        settleRefusals(); // a refresh is under way already
}

void SessionState::settleRefusals()
{
    if (std::exchange(m_isRefusalUndecided, false))
        m_tasks.emplace_back(RefusalsSettled {});
}

void SessionState::endPause()
{
    const Lock lock(m_mutex);
    m_acceptance.endPause();
}

void SessionState::askForSignIn(const QString &detail)
{
    const Lock lock(m_mutex);
    if (!std::exchange(m_signInAsked, true))
        m_tasks.emplace_back(AskForSignIn {detail});
}

void SessionState::takeCookies(const SetCookies &fresh, Moment now)
{
    const Lock lock(m_mutex);
    if (!machine::isSignedIn(m_machine) || fresh.sentWith != machine::generationOf(m_machine))
        return;
    if (auto before = m_tokens.takeCookies(fresh, *m_profile, now.wall))
        m_tasks.emplace_back(KeepCookies {*std::move(before)});
}

void SessionState::setProfile(BackendProfile profile)
{
    const Lock lock(m_mutex);
    m_profile = std::make_shared<const BackendProfile>(boundedProfile(std::move(profile)));
    ++m_profileRevision;
    m_cooldown.clear(); // the old profile may be what was wrong
    // The session ends at once, so that no request uses the old tokens with the new profile.
    if (machine::isSignedIn(m_machine) && !changedPlaces(m_tokens.tokens(), *m_profile).isEmpty())
        advance(machine::SignOut {EndReason::ProfileChanged});
    m_tokens.profileChanged(*m_profile);
}

void SessionState::setRestoring(std::optional<QString> account)
{
    const Lock lock(m_mutex);
    m_restoring = std::move(account);
}

void SessionState::adopt(TokenSet tokens, TokenKey key)
{
    const Lock lock(m_mutex);
    m_restoring.reset();
    advance(machine::TokensSet {});
    m_tokenFamily = TokenFamily {static_cast<std::uint32_t>(m_tokenFamily) + 1};
    m_tokens.adopt(std::move(tokens), *m_profile);
    m_key = std::move(key);
    m_madeBy = {};
    m_acceptance = {};
    generationChanged();
    settleRefusals();
    m_cooldown.clear();
    m_signInAsked = false;
}

machine::Effect SessionState::apply(const machine::Event &event)
{
    const Lock lock(m_mutex);
    return advance(event);
}

machine::Effect SessionState::apply(const machine::Event &event, RefreshId refresh)
{
    const Lock lock(m_mutex);
    return refresh == m_refresh ? advance(event) : machine::Effect::None;
}

machine::Effect SessionState::applyFresh(
    const machine::Event &event, RefreshId refresh, TokenSet fresh)
{
    const Lock lock(m_mutex);
    if (refresh != m_refresh)
        return machine::Effect::None;
    m_fresh = std::move(fresh);
    return advance(event);
}

machine::Effect SessionState::applyFailure(
    const machine::Event &event, RefreshId refresh, Failure failure)
{
    const Lock lock(m_mutex);
    if (refresh != m_refresh)
        return machine::Effect::None;
    const machine::Effect effect = advance(event);
    if (effect == machine::Effect::FailWaiters)
        m_cooldown.fail(std::move(failure));
    return effect;
}

void SessionState::close()
{
    const Lock lock(m_mutex);
    m_cooldown.close();
}

bool SessionState::isClosed() const
{
    const Lock lock(m_mutex);
    return m_cooldown.isClosed();
}

void SessionState::takeOver(TokenSet tokens, RefreshId refresh)
{
    const Lock lock(m_mutex);
    if (refresh == m_refresh)
        m_tokens.takeOver(std::move(tokens), *m_profile);
}

bool SessionState::hasTasks() const
{
    const Lock lock(m_mutex);
    return !m_tasks.empty();
}

std::optional<SessionTask> SessionState::takeTask()
{
    const Lock lock(m_mutex);
    if (m_tasks.empty())
        return std::nullopt;
    std::optional<SessionTask> first = std::move(m_tasks.front());
    m_tasks.pop_front();
    return first;
}

// The one place where the machine's state changes.
machine::Effect SessionState::advance(const machine::Event &event)
{
    const Generation generation = machine::generationOf(m_machine);
    const auto [next, effect] = machine::advance(m_machine, event);
    m_machine = next;
    PerformEffect task {
        effect, m_refresh, machine::attemptOf(next), machine::endReasonOf(event), {}, m_key};
    switch (effect) {
    case machine::Effect::None:
    case machine::Effect::Join:
    case machine::Effect::Replay:
    case machine::Effect::Deliver:
    case machine::Effect::Adopt:
        return effect;
    case machine::Effect::StartRefresh:
        m_refresh = RefreshId {++m_lastRefresh};
        task.refresh = m_refresh;
        break;
    case machine::Effect::DiscardAndAdopt:
    case machine::Effect::FailWaiters:
        m_refresh = {};
        m_fresh = {};
        break;
    case machine::Effect::DiscardAndEnd:
    case machine::Effect::End:
        m_refresh = {};
        m_fresh = {};
        task.tokens = m_tokens.clear();
        generationChanged();
        m_signInAsked = false;
        break;
    case machine::Effect::Announce:
        // Tokens of another process may have expired by now, and then another refresh can help.
        m_madeBy =
            std::holds_alternative<machine::RereadFoundNewer>(event) ? RefreshId {} : m_refresh;
        m_refresh = {};
        m_tokens.renew(std::exchange(m_fresh, {}), *m_profile);
        generationChanged();
        m_cooldown.clear();
        task.tokens = m_tokens.tokens();
        break;
    case machine::Effect::Store:
        task.tokens = m_fresh;
        break;
    case machine::Effect::StartTry:
    case machine::Effect::BackOff:
    case machine::Effect::Reread:
        break;
    }
    m_tasks.emplace_back(std::move(task));
    if (machine::generationOf(m_machine) != generation || !machine::isSignedIn(m_machine))
        settleRefusals(); // after the task that decides about them
    return effect;
}

SessionState::Snapshot SessionState::snapshotNow() const
{
    return {machine::isSignedIn(m_machine), m_restoring.has_value(),
        machine::isRefreshInProgress(m_machine), m_tokens.tokens().accountId, m_tokenFamily,
        machine::generationOf(m_machine), m_refresh, m_madeBy, m_acceptance.refusalCount()};
}

bool SessionState::hasWaitedForPresentToken(RefreshId heldFor) const
{
    return heldFor != RefreshId {} && heldFor == m_madeBy;
}

void SessionState::generationChanged()
{
    m_acceptance.tokenChanged();
    acceptanceChanged();
    m_attempts = 0;
}

bool SessionState::usable(Moment now) const
{
    return machine::isSignedIn(m_machine) && m_tokens.isUsable(now.wall);
}

std::optional<machine::Urgency> SessionState::need(Leeway leeway, Moment now) const
{
    const auto urgency = m_tokens.need(leeway, m_profile->policy, now.wall);
    if (urgency == machine::Urgency::Early && m_cooldown.forbidsEarlyRefresh(now.monotonic))
        return std::nullopt;
    return urgency;
}

} // namespace authcore
