#include "authcore/session/sessionstate.h"

#include "authcore/protocol/sessioncookies.h"

#include <algorithm>
#include <utility>

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
    : m_profile(std::make_shared<const BackendProfile>(std::move(profile)))
{
}

std::shared_ptr<const BackendProfile> SessionState::profile() const
{
    const Lock lock(m_mutex);
    return m_profile;
}

SessionState::Standing SessionState::standing() const
{
    const Lock lock(m_mutex);
    return standingNow();
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

bool SessionState::belongsTo(const TokenSet &tokens, const BackendProfile &profile)
{
    return tokens.tokenEndpoint == profile.resolved(profile.refresh.url)
        && tokens.protectedOrigins == profile.protectedOrigins;
}

SessionState::Pass SessionState::admit(RefreshId heldFor, Leeway leeway, Moment now)
{
    using Admission = Pass::Admission;
    const Lock lock(m_mutex);
    // An early refresh that waits for another process to let it begin holds nobody up.
    const auto *preparing = std::get_if<machine::Preparing>(&m_machine);
    const bool mayOvertake = preparing != nullptr && preparing->urgency == machine::Urgency::Early
        && leeway == Leeway::Usual && usable(now);
    if (m_restoring || (machine::isRefreshInProgress(m_machine) && !mayOvertake))
        return {.admission = Admission::Wait, .standing = standingNow()};
    if (!machine::isSignedIn(m_machine))
        return {.admission = Admission::NoSession};
    const bool hasWaited = waitedFor(heldFor) == machine::generationOf(m_machine);
    const auto urgency =
        mayOvertake || (hasWaited && usable(now)) ? std::nullopt : need(leeway, now);
    if (urgency && refreshToken() == machine::RefreshToken::Present) {
        if (*urgency == machine::Urgency::Needed && isCoolingDown(now))
            return {.admission = Admission::CoolingDown, .error = m_failure->error};
        advance(machine::RefreshWanted {*urgency});
        return {.admission = Admission::Wait,
            .standing = standingNow(),
            .isEarly = *urgency == machine::Urgency::Early && leeway == Leeway::Usual};
    }
    if (urgency && !hasToken()) {
        advance(machine::SignOut {EndReason::NoRefreshToken});
        return {.admission = Admission::NoSession};
    }
    // An expiry without a refresh token is our opinion only: the server has the last word.
    m_wasUsed = true;
    return {.admission = Admission::Send,
        .accessToken = m_tokens.accessToken,
        .cookies = m_cookies,
        .standing = standingNow(),
        .profileRevision = m_profileRevision};
}

SessionState::Ruling SessionState::challenged(Generation sentWith, RefreshId heldFor, Moment now)
{
    const Lock lock(m_mutex);
    const bool wouldRefresh = std::holds_alternative<machine::Holding>(m_machine)
        && sentWith == machine::generationOf(m_machine)
        && refreshToken() == machine::RefreshToken::Present;
    if (wouldRefresh && isCoolingDown(now))
        return {};
    const ChallengeOutcome outcome = judge(sentWith, heldFor);
    return {outcome, m_refresh};
}

ChallengeOutcome SessionState::judge(Generation sentWith, RefreshId heldFor)
{
    switch (advance(machine::Challenged {sentWith, waitedFor(heldFor), refreshToken()})) {
    case machine::Effect::Replay:
        return ChallengeOutcome::ReplayedAtOnce;
    case machine::Effect::Join:
        return ChallengeOutcome::JoinedRefresh;
    case machine::Effect::StartRefresh:
        return ChallengeOutcome::StartedRefresh;
    case machine::Effect::End:
        return ChallengeOutcome::WaitsForSignIn;
    case machine::Effect::Deliver:
        if (!machine::isSignedIn(m_machine))
            return ChallengeOutcome::WaitsForSignIn;
        if (m_profile->replayChallengeEndsSession)
            advance(machine::ReplayRefused {});
        return ChallengeOutcome::Delivered;
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
    m_profile = std::make_shared<const BackendProfile>(std::move(profile));
    ++m_profileRevision;
    m_failure.reset(); // the new profile may be what was wrong
    m_failures = 0;
    // At once: nobody may meet the new profile with the old one's tokens.
    if (machine::isSignedIn(m_machine) && !belongsTo(m_tokens, *m_profile))
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
    m_lineage = Lineage {static_cast<std::uint32_t>(m_lineage) + 1};
    m_tokens = std::move(tokens);
    tokensChanged();
    m_key = std::move(key);
    m_madeBy = {};
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

void SessionState::takeOver(TokenSet tokens, RefreshId refresh)
{
    const Lock lock(m_mutex);
    if (refresh != m_refresh)
        return;
    m_tokens = std::move(tokens);
    tokensChanged();
}

std::optional<SessionState::Task> SessionState::takeTask()
{
    const Lock lock(m_mutex);
    if (m_tasks.empty())
        return std::nullopt;
    std::optional<Task> first = std::move(m_tasks.front());
    m_tasks.pop_front();
    return first;
}

// The one place where the machine's state changes.
machine::Effect SessionState::advance(const machine::Event &event)
{
    const auto [next, effect] = machine::advance(m_machine, event);
    m_machine = next;
    Perform task {effect, m_refresh, attemptOf(next), endReasonOf(event), {}, m_key};
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
        m_signInAsked = false;
        break;
    case machine::Effect::Announce:
        // What another process made may be over by now, and then a refresh of our own cures it.
        m_madeBy =
            std::holds_alternative<machine::RereadFoundNewer>(event) ? RefreshId {} : m_refresh;
        m_refresh = {};
        m_tokens = std::exchange(m_fresh, {});
        tokensChanged();
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
    return effect;
}

SessionState::Standing SessionState::standingNow() const
{
    return {machine::isSignedIn(m_machine), m_restoring.has_value(),
        machine::isRefreshInProgress(m_machine), m_tokens.accountId, m_lineage,
        machine::generationOf(m_machine), m_refresh, m_madeBy};
}

Generation SessionState::waitedFor(RefreshId heldFor) const
{
    return heldFor != RefreshId {} && heldFor == m_madeBy ? machine::generationOf(m_machine)
                                                          : Generation {};
}

void SessionState::tokensChanged()
{
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
    if (m_failure && now.monotonic < m_failure->noEarlyRefreshUntil)
        return std::nullopt;
    if (now.wall >= *m_tokens.expiresAt - duration(leeway))
        return machine::Urgency::Early;
    return std::nullopt;
}

bool SessionState::isCoolingDown(Moment now) const
{
    return m_failure && now.monotonic < m_failure->noRefreshUntil;
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
