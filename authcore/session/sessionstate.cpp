#include "authcore/session/sessionstate.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/boundedprofile.h"
#include "authcore/profile/durations.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

EndReason endReasonOf(const machine::Event &event)
{
    if (const auto *signOut = std::get_if<machine::SignOut>(&event))
        return signOut->reason;
    if (std::holds_alternative<machine::Challenged>(event))
        return EndReason::NoRefreshToken;
    if (std::holds_alternative<machine::ReplayRefused>(event))
        return EndReason::ReplayChallenged;
    if (std::holds_alternative<machine::RereadFoundNoEntry>(event))
        return EndReason::SignedOutElsewhere;
    return EndReason::RefreshRejected;
}

int attemptOf(const machine::State &state)
{
    if (const auto *refreshing = std::get_if<machine::Refreshing>(&state))
        return refreshing->attempt;
    if (const auto *backingOff = std::get_if<machine::BackingOff>(&state))
        return backingOff->attempt;
    return 0;
}

} // namespace

SessionState::SessionState(BackendProfile profile)
    : m_profile(std::make_shared<const BackendProfile>(boundedProfile(std::move(profile))))
{
}

std::shared_ptr<const BackendProfile> SessionState::profile() const
{
    const Lock lock(m_mutex);
    return m_profile;
}

SessionState::Snapshot SessionState::snapshot() const
{
    const Lock lock(m_mutex);
    return snapshotNow();
}

TokenSet SessionState::tokens() const
{
    const Lock lock(m_mutex);
    return m_tokens;
}

TokenKey SessionState::key() const
{
    const Lock lock(m_mutex);
    return m_key;
}

std::optional<QString> SessionState::restoring() const
{
    const Lock lock(m_mutex);
    return m_restoring;
}

int SessionState::failures() const
{
    const Lock lock(m_mutex);
    return m_failures;
}

bool SessionState::wasUsed() const
{
    const Lock lock(m_mutex);
    return m_wasUsed;
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
    if (!std::holds_alternative<machine::Holding>(m_machine) || !hasToken() || !m_trustExpiry
        || !m_tokens.expiresAt || refreshToken() == machine::RefreshToken::Absent)
        return std::nullopt;
    const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(
        duration(Leeway::Usual) * (1 + spread / 2));
    return Moment {*m_tokens.expiresAt - ahead,
        m_failure ? m_failure->noEarlyRefreshUntil : std::chrono::nanoseconds {}};
}

SessionState::Admission SessionState::admit(RefreshId heldFor, Leeway leeway, Moment now)
{
    using Answer = Admission::Answer;
    const Lock lock(m_mutex);
    // An early refresh that waits for another process to let it begin holds nobody up.
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
    if (urgency && refreshToken() == machine::RefreshToken::Present) {
        if (*urgency == machine::Urgency::Needed && isCoolingDown(now))
            return {.answer = Answer::CoolingDown, .error = whyNoRefresh()};
        advance(machine::RefreshWanted {*urgency});
        return {.answer = Answer::Wait,
            .snapshot = snapshotNow(),
            .isEarly = *urgency == machine::Urgency::Early && leeway == Leeway::Usual};
    }
    if (urgency && !hasToken()) {
        advance(machine::SignOut {EndReason::NoRefreshToken});
        return {.answer = Answer::NoSession};
    }
    // An expiry without a refresh token is our opinion only: the server has the last word.
    m_wasUsed = true;
    return {.answer = Answer::Send,
        .accessToken = m_tokens.accessToken,
        .cookies = m_cookies,
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
    // Dead fresh tokens cost each request that waited for them one challenge and no refresh.
    const bool isFinal = isConclusive && hasWaitedForPresentToken(challenge.heldFor)
        && !m_acceptance.isProven(challenge.request.url);
    const bool wouldRefresh = isPresent && !isFinal
        && std::holds_alternative<machine::Holding>(m_machine)
        && refreshToken() == machine::RefreshToken::Present;
    if (wouldRefresh
        && (isCoolingDown(now) || m_acceptance.isInVain(challenge.request, now.monotonic)))
        return {};
    const ChallengeOutcome outcome =
        judge(challenge.sentWith, isFinal ? machine::Remedy::None : machine::Remedy::Refresh);
    return {outcome, m_refresh};
}

// A token may run out while its request is under way, a large upload say. That a server refuses it
// then says nothing about the refresh that made it.
bool SessionState::ranOutOnItsWay(const Challenge &challenge, Moment now) const
{
    const bool hasExpired = m_trustExpiry && m_tokens.expiresAt && now.wall >= *m_tokens.expiresAt;
    return hasExpired || now.monotonic - challenge.sentAt > m_profile->policy.tryTimeout;
}

// The replay of a request was challenged, with the token that the refresh for it has brought.
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

ChallengeOutcome SessionState::judge(Generation sentWith, machine::Remedy remedy)
{
    switch (advance(machine::Challenged {sentWith, remedy, refreshToken()})) {
    case machine::Effect::Replay:
        return ChallengeOutcome::ReplayedAtOnce;
    case machine::Effect::Join:
        return ChallengeOutcome::JoinedRefresh;
    case machine::Effect::StartRefresh:
        return ChallengeOutcome::StartedRefresh;
    case machine::Effect::End:
        return ChallengeOutcome::WaitsForSignIn;
    case machine::Effect::Deliver:
        return machine::isSignedIn(m_machine) ? ChallengeOutcome::Delivered
                                              : ChallengeOutcome::WaitsForSignIn;
    case machine::Effect::None:
    case machine::Effect::Adopt:
    case machine::Effect::DiscardAndAdopt:
    case machine::Effect::DiscardAndEnd:
    case machine::Effect::StartTry:
    case machine::Effect::BackOff:
    case machine::Effect::Store:
    case machine::Effect::Announce:
    case machine::Effect::Reread:
    case machine::Effect::FailWaiters:
        break;
    }
    return ChallengeOutcome::Delivered;
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

// No other request tells any more about the token that was refused.
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
    const auto wall = std::chrono::floor<std::chrono::seconds>(now.wall);
    TokenSet tokens = m_tokens;
    putCookies(tokens, mergedCookies(m_cookies, fresh.cookies, fresh.url, wall), *m_profile);
    if (tokens.hasCredentialsOf(m_tokens))
        return;
    if (tokens.accessToken != m_tokens.accessToken) { // a server that refreshes by itself
        tokens.expiresAt = ownExpiry(tokens, *m_profile, fresh.serverDate, wall);
        tokens.receivedAt = wall;
        m_trustExpiry = !tokens.expiresAt || wall < *tokens.expiresAt;
    }
    m_tasks.emplace_back(KeepCookies {std::exchange(m_tokens, std::move(tokens))});
    tokensChanged();
}

void SessionState::setProfile(BackendProfile profile)
{
    const Lock lock(m_mutex);
    m_profile = std::make_shared<const BackendProfile>(boundedProfile(std::move(profile)));
    ++m_profileRevision;
    m_failure.reset(); // the new profile may be what was wrong
    m_failures = 0;
    // At once: nobody may meet the new profile with the old one's tokens.
    if (machine::isSignedIn(m_machine) && !changedPlaces(m_tokens, *m_profile).isEmpty())
        advance(machine::SignOut {EndReason::ProfileChanged});
    tokensChanged();
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
    m_tokens = std::move(tokens);
    tokensChanged();
    m_key = std::move(key);
    m_madeBy = {};
    m_acceptance = {};
    generationChanged();
    settleRefusals();
    m_trustExpiry = true;
    m_wasUsed = false;
    m_failure.reset();
    m_failures = 0;
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
    if (effect == machine::Effect::FailWaiters) {
        m_failure = std::move(failure);
        ++m_failures;
    }
    return effect;
}

void SessionState::close()
{
    const Lock lock(m_mutex);
    m_isClosed = true;
}

bool SessionState::isClosed() const
{
    const Lock lock(m_mutex);
    return m_isClosed;
}

void SessionState::takeOver(TokenSet tokens, RefreshId refresh)
{
    const Lock lock(m_mutex);
    if (refresh != m_refresh)
        return;
    m_tokens = std::move(tokens);
    tokensChanged();
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
    PerformEffect task {effect, m_refresh, attemptOf(next), endReasonOf(event), {}, m_key};
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
        m_refresh = {};
        m_fresh = {};
        break;
    case machine::Effect::DiscardAndEnd:
    case machine::Effect::End:
        m_refresh = {};
        m_fresh = {};
        task.tokens = std::exchange(m_tokens, {});
        tokensChanged();
        generationChanged();
        m_signInAsked = false;
        break;
    case machine::Effect::Announce:
        // What another process made may be over by now, and then a refresh of our own cures it.
        m_madeBy =
            std::holds_alternative<machine::RereadFoundNewer>(event) ? RefreshId {} : m_refresh;
        m_refresh = {};
        m_tokens = std::exchange(m_fresh, {});
        tokensChanged();
        generationChanged();
        m_trustExpiry = !m_tokens.expiresAt || !m_tokens.receivedAt
            || *m_tokens.receivedAt < *m_tokens.expiresAt; // else: expired at birth
        m_wasUsed = false;
        m_failure.reset();
        m_failures = 0;
        task.tokens = m_tokens;
        break;
    case machine::Effect::FailWaiters:
        m_refresh = {};
        m_fresh = {};
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
        settleRefusals(); // behind the news that settles them
    return effect;
}

SessionState::Snapshot SessionState::snapshotNow() const
{
    return {machine::isSignedIn(m_machine), m_restoring.has_value(),
        machine::isRefreshInProgress(m_machine), m_tokens.accountId, m_tokenFamily,
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

void SessionState::tokensChanged()
{
    for (auto *moment : {&m_tokens.expiresAt, &m_tokens.receivedAt}) {
        if (*moment)
            *moment = boundedMoment(**moment);
    }
    m_cookies = wireCookies(m_tokens, *m_profile);
}

bool SessionState::hasToken() const
{
    return !m_tokens.accessToken.isEmpty();
}

bool SessionState::usable(Moment now) const
{
    return machine::isSignedIn(m_machine) && hasToken()
        && (!m_trustExpiry
            || m_tokens.isUsableAt(std::chrono::floor<std::chrono::seconds>(now.wall)));
}

std::optional<machine::Urgency> SessionState::need(Leeway leeway, Moment now) const
{
    if (!hasToken())
        return machine::Urgency::Needed;
    if (!m_trustExpiry || !m_tokens.expiresAt)
        return std::nullopt;
    if (now.wall >= *m_tokens.expiresAt)
        return machine::Urgency::Needed;
    if (m_isClosed || (m_failure && now.monotonic < m_failure->noEarlyRefreshUntil))
        return std::nullopt;
    if (now.wall >= *m_tokens.expiresAt - duration(leeway))
        return machine::Urgency::Early;
    return std::nullopt;
}

bool SessionState::isCoolingDown(Moment now) const
{
    return m_isClosed || (m_failure && now.monotonic < m_failure->noRefreshUntil);
}

TokenError SessionState::whyNoRefresh() const
{
    if (m_isClosed)
        return {TokenError::Code::Refused, u"Not refreshed: the program is ending"_s, {}, {}};
    return m_failure->error;
}

std::chrono::milliseconds SessionState::duration(Leeway leeway) const
{
    using std::chrono::milliseconds;
    const RefreshPolicy &policy = m_profile->policy;
    const milliseconds lifetime = m_tokens.receivedAt
        ? milliseconds(*m_tokens.expiresAt - *m_tokens.receivedAt)
        : milliseconds::zero();
    const auto usual = std::min(
        policy.leeway, std::chrono::duration_cast<milliseconds>(lifetime * policy.leewayFraction));
    if (leeway == Leeway::Usual)
        return usual;
    // A fresh token must have more than that: half of it is the most.
    return std::max(usual, std::min(policy.uploadLeeway, lifetime / 2));
}

machine::RefreshToken SessionState::refreshToken() const
{
    return m_tokens.refreshToken.isEmpty() ? machine::RefreshToken::Absent
                                           : machine::RefreshToken::Present;
}

} // namespace authcore
