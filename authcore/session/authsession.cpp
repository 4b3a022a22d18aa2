#include "authcore/session/authsession.h"

#include <QtCore/QRandomGenerator>
#include <QtNetwork/QNetworkRequest>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

double systemRandom()
{
    return QRandomGenerator::system()->generateDouble();
}

EndReason endReasonOf(const machine::Event &event)
{
    if (const auto *signOut = std::get_if<machine::SignOut>(&event))
        return signOut->reason;
    if (std::holds_alternative<machine::Challenged>(event))
        return EndReason::NoRefreshToken;
    if (std::holds_alternative<machine::ReplayRefused>(event))
        return EndReason::ReplayChallenged;
    return EndReason::RefreshRejected;
}

} // namespace

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, QObject *parent)
    : QObject(parent)
    , m_profile(std::move(profile))
    , m_ownClock(std::make_unique<SystemClock>())
    , m_clock(*m_ownClock)
    , m_random(systemRandom)
    , m_keeper(store, m_clock)
    , m_http(std::make_unique<QNetworkAccessManager>())
{
    relayKeeper();
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Clock &clock,
    UniformRandom random, std::unique_ptr<QNetworkAccessManager> http, QObject *parent)
    : QObject(parent)
    , m_profile(std::move(profile))
    , m_clock(clock)
    , m_random(std::move(random))
    , m_keeper(store, m_clock)
    , m_http(std::move(http))
{
    relayKeeper();
}

AuthSession::~AuthSession() = default;

void AuthSession::relayKeeper()
{
    m_http->setParent(this); // goes along to another thread
    connect(&m_keeper, &TokenKeeper::failed, this, &AuthSession::storeFailed);
    connect(&m_keeper, &TokenKeeper::recovered, this, &AuthSession::storeRecovered);
}

const BackendProfile &AuthSession::profile() const
{
    return m_profile;
}

void AuthSession::setProfile(BackendProfile profile)
{
    m_profile = std::move(profile);
    ++m_profileRevision;
    // First of all: nobody may meet the new profile with the old one's tokens.
    if (isSignedIn() && !belongsToProfile(m_tokens))
        apply(machine::SignOut {EndReason::ProfileChanged});
    Q_EMIT profileChanged();
}

TokenSet AuthSession::tokens() const
{
    return m_tokens;
}

QString AuthSession::accountId() const
{
    return m_tokens.accountId;
}

Generation AuthSession::generation() const
{
    return machine::generationOf(m_state);
}

bool AuthSession::isSignedIn() const
{
    return machine::isSignedIn(m_state);
}

bool AuthSession::isRefreshInProgress() const
{
    return machine::isRefreshInProgress(m_state);
}

RefreshId AuthSession::currentRefresh() const
{
    return m_refresh;
}

std::optional<StoreError> AuthSession::storeProblem() const
{
    return m_keeper.problem();
}

Clock &AuthSession::clock() const
{
    return m_clock;
}

void AuthSession::setPersistence(Persistence persistence)
{
    if (std::exchange(m_persistence, persistence) == persistence || !isSignedIn())
        return;
    if (persistence == Persistence::Store)
        persist(m_tokens, [] {});
    else
        m_keeper.remove(m_key);
}

void AuthSession::setTraceSink(TraceSink *sink)
{
    m_sink = sink;
}

void AuthSession::trace(decltype(TraceEvent::what) what) const
{
    if (m_sink)
        m_sink->record({m_clock.monotonic(), std::move(what)});
}

AuthSession::Admission AuthSession::admit(Generation waitedFor, Leeway leeway)
{
    if (m_restoring || isRefreshInProgress())
        return Admission::Wait;
    if (!isSignedIn())
        return Admission::NoSession;
    if (waitedFor == generation() && isTokenUsable())
        return Admission::Send;
    const auto urgency = refreshNeed(leeway);
    if (!urgency)
        return Admission::Send;
    if (refreshToken() == machine::RefreshToken::Absent) {
        if (!m_tokens.accessToken.isEmpty() || !m_tokens.cookies.isEmpty())
            return Admission::Send; // its expiry is our opinion only: the server has the last word
        apply(machine::SignOut {EndReason::NoRefreshToken});
        return Admission::NoSession;
    }
    apply(machine::RefreshWanted {*urgency});
    return isRefreshInProgress() ? Admission::Wait : admit(waitedFor, leeway);
}

ChallengeOutcome AuthSession::challenged(Generation sentWith, Generation waitedFor)
{
    switch (apply(machine::Challenged {sentWith, waitedFor, refreshToken()})) {
    case machine::Effect::Replay:
        return ChallengeOutcome::ReplayedAtOnce;
    case machine::Effect::Join:
        return ChallengeOutcome::JoinedRefresh;
    case machine::Effect::StartRefresh:
        return ChallengeOutcome::StartedRefresh;
    case machine::Effect::End:
        return ChallengeOutcome::WaitsForSignIn;
    case machine::Effect::Deliver:
        if (!isSignedIn())
            return ChallengeOutcome::WaitsForSignIn;
        if (m_profile.replayChallengeEndsSession && !isRefreshInProgress())
            apply(machine::ReplayRefused {});
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

void AuthSession::authorize(QNetworkRequest &request) const
{
    if (!m_tokens.accessToken.isEmpty())
        request.setRawHeader(m_profile.tokenHeader, m_profile.tokenPrefix + m_tokens.accessToken);
}

bool AuthSession::isReady(Leeway leeway) const
{
    return isSignedIn() && !m_restoring && !isRefreshInProgress() && !refreshNeed(leeway);
}

bool AuthSession::isTokenUsable() const
{
    if (!isSignedIn() || (m_tokens.accessToken.isEmpty() && m_tokens.cookies.isEmpty()))
        return false;
    return !m_trustExpiry
        || m_tokens.isUsableAt(std::chrono::floor<std::chrono::seconds>(m_clock.now()));
}

void AuthSession::requireSignIn(const QString &detail)
{
    if (!std::exchange(m_signInAsked, true))
        Q_EMIT signInRequired(detail);
}

void AuthSession::setTokens(const TokenSet &tokens)
{
    if (tokens.isEmpty()) {
        signOut();
        return;
    }
    const TokenSet complete = completed(tokens);
    if (!belongsToProfile(complete)) {
        requireSignIn(tr("These tokens were obtained under other endpoints than the profile's."));
        return;
    }
    adopt(complete);
    persist(complete, [] {});
    Q_EMIT tokensReplaced(complete);
}

void AuthSession::restore(const QString &account)
{
    m_restoring = account;
    m_keeper.load(keyFor(account), [this, account](const std::optional<TokenSet> &found) {
        if (m_restoring != account)
            return; // overtaken by a sign-in, a sign-out or another restore()
        m_restoring.reset();
        loaded(found);
    });
}

void AuthSession::loaded(const std::optional<TokenSet> &tokens)
{
    if (!tokens || tokens->isEmpty()) {
        Q_EMIT restored(false);
        return;
    }
    if (!belongsToProfile(*tokens)) {
        requireSignIn(textFor(EndReason::ProfileChanged));
        Q_EMIT restored(false);
        return;
    }
    adopt(*tokens);
    Q_EMIT tokensReplaced(*tokens);
    Q_EMIT restored(true);
}

void AuthSession::signOut()
{
    const auto restoring = std::exchange(m_restoring, std::nullopt);
    if (restoring)
        m_keeper.remove(keyFor(*restoring));
    if (isSignedIn())
        apply(machine::SignOut {});
    if (restoring)
        Q_EMIT restored(false);
}

void AuthSession::refreshNow()
{
    if (!isSignedIn())
        return;
    if (refreshToken() == machine::RefreshToken::Absent)
        apply(machine::SignOut {EndReason::NoRefreshToken});
    else
        apply(machine::RefreshWanted {machine::Urgency::Needed});
}

QString AuthSession::textFor(EndReason reason)
{
    switch (reason) {
    case EndReason::SignedOut:
        return tr("You signed out.");
    case EndReason::RefreshRejected:
        return tr("The server does not accept the refresh token any more.");
    case EndReason::NoRefreshToken:
        return tr("The access token is not accepted any more, and there is no refresh token.");
    case EndReason::ReplayChallenged:
        return tr("The server does not accept a freshly refreshed access token.");
    case EndReason::ProfileChanged:
        return tr("The profile has other endpoints now than those under which you signed in.");
    }
    return {};
}

// The one place where the state changes. What is emitted is emitted last: slots call back.
machine::Effect AuthSession::apply(const machine::Event &event)
{
    const auto [next, effect] = machine::advance(m_state, event);
    m_state = next;
    switch (effect) {
    case machine::Effect::None:
    case machine::Effect::Join:
    case machine::Effect::Replay:
    case machine::Effect::Deliver:
    case machine::Effect::Adopt:
        break;
    case machine::Effect::DiscardAndAdopt:
        trace(trace::RefreshDiscarded {m_refresh});
        leaveRefresh();
        break;
    case machine::Effect::DiscardAndEnd:
        trace(trace::RefreshDiscarded {m_refresh});
        leaveRefresh();
        end(endReasonOf(event));
        break;
    case machine::Effect::End:
        end(endReasonOf(event));
        break;
    case machine::Effect::StartRefresh:
        startRefresh();
        break;
    case machine::Effect::StartTry:
        startTry();
        break;
    case machine::Effect::BackOff:
        scheduleRetry();
        break;
    case machine::Effect::Store:
        storeFresh();
        break;
    case machine::Effect::Announce:
        announce();
        break;
    case machine::Effect::Reread:
        reread();
        break;
    case machine::Effect::FailWaiters:
        failWaiters();
        break;
    }
    return effect;
}

std::optional<machine::Urgency> AuthSession::refreshNeed(Leeway leeway) const
{
    if (m_tokens.accessToken.isEmpty() && m_tokens.cookies.isEmpty())
        return machine::Urgency::Needed;
    if (!m_trustExpiry || !m_tokens.expiresAt)
        return std::nullopt;
    const auto now = m_clock.now();
    if (now >= *m_tokens.expiresAt)
        return machine::Urgency::Needed;
    if (m_coolUntil && m_clock.monotonic() < *m_coolUntil)
        return std::nullopt;
    const Milliseconds lifetime =
        m_tokens.receivedAt ? Milliseconds(*m_tokens.expiresAt - *m_tokens.receivedAt) : 0ms;
    const RefreshPolicy &policy = m_profile.policy;
    auto wanted = std::min(
        policy.leeway, std::chrono::duration_cast<Milliseconds>(lifetime * policy.leewayFraction));
    if (leeway == Leeway::Upload) // a fresh token must have more than that: half is the most
        wanted = std::max(wanted, std::min(policy.uploadLeeway, lifetime / 2));
    if (now >= *m_tokens.expiresAt - wanted)
        return machine::Urgency::Early;
    return std::nullopt;
}

machine::RefreshToken AuthSession::refreshToken() const
{
    return m_tokens.refreshToken.isEmpty() && m_tokens.cookies.isEmpty()
        ? machine::RefreshToken::Absent
        : machine::RefreshToken::Present;
}

TokenKey AuthSession::keyFor(const QString &account) const
{
    return {m_profile.id, account, m_profile.clientId, m_profile.scope};
}

bool AuthSession::belongsToProfile(const TokenSet &tokens) const
{
    return tokens.tokenEndpoint == m_profile.resolved(m_profile.refresh.url)
        && tokens.protectedOrigins == m_profile.protectedOrigins;
}

// Tokens given by hand need not say where they are from.
TokenSet AuthSession::completed(TokenSet tokens) const
{
    if (tokens.tokenEndpoint.isEmpty())
        tokens.tokenEndpoint = m_profile.resolved(m_profile.refresh.url);
    if (tokens.protectedOrigins.isEmpty())
        tokens.protectedOrigins = m_profile.protectedOrigins;
    if (tokens.accountId.isEmpty())
        tokens.accountId = tokens.userName;
    if (!tokens.receivedAt)
        tokens.receivedAt = std::chrono::floor<std::chrono::seconds>(m_clock.now());
    return tokens;
}

// What a refresh answer leaves out stays as it was (RFC 6749 section 6: the refresh token).
TokenSet AuthSession::merged(TokenSet fresh) const
{
    if (fresh.refreshToken.isEmpty())
        fresh.refreshToken = m_tokens.refreshToken;
    if (fresh.idToken.isEmpty())
        fresh.idToken = m_tokens.idToken;
    if (fresh.cookies.isEmpty())
        fresh.cookies = m_tokens.cookies;
    if (fresh.accountId.isEmpty())
        fresh.accountId = m_tokens.accountId;
    if (fresh.scope.isEmpty())
        fresh.scope = m_tokens.scope;
    if (fresh.userData.isEmpty())
        fresh.userData = m_tokens.userData;
    fresh.userName = m_tokens.userName;
    return completed(std::move(fresh));
}

void AuthSession::startRefresh()
{
    m_refresh = RefreshId {++m_lastRefresh};
    m_lastError.reset();
    m_refreshEnds = m_clock.monotonic() + m_profile.policy.totalTimeout;
    m_deadline =
        m_clock.after(m_profile.policy.totalTimeout, [this] { apply(machine::DeadlinePassed {}); });
    trace(trace::RefreshStarted {m_refresh, generation()});
    startTry();
    Q_EMIT refreshStarted();
}

void AuthSession::startTry()
{
    const auto left = std::chrono::duration_cast<Milliseconds>(m_refreshEnds - m_clock.monotonic());
    const int attempt = std::get<machine::Refreshing>(m_state).attempt;
    trace(trace::RefreshTrySent {m_refresh, attempt});
    m_exchange = std::make_unique<TokenExchange>(*m_http, m_clock);
    // Read here and nowhere else: inside the refresh, of which there is one at a time.
    const TokenGrant grant {m_tokens.refreshToken, m_tokens.userName, {}};
    m_exchange->start(m_profile, m_profile.refresh, grant,
        std::min(m_profile.policy.tryTimeout, std::max(left, 1ms)),
        [this](const TokenResult &result) { tryFinished(result); });
}

void AuthSession::tryFinished(const TokenResult &result)
{
    m_exchange.release()->deleteLater(); // we are called by it
    const auto *refreshing = std::get_if<machine::Refreshing>(&m_state);
    const int attempt = refreshing ? refreshing->attempt : 0;
    if (const auto *tokens = std::get_if<TokenSet>(&result)) {
        trace(trace::RefreshTryFinished {m_refresh, attempt, std::nullopt, std::nullopt});
        m_fresh = merged(*tokens);
        apply(machine::TrySucceeded {});
        return;
    }
    m_lastError = std::get<TokenError>(result);
    trace(
        trace::RefreshTryFinished {m_refresh, attempt, m_lastError->code, m_lastError->httpStatus});
    if (m_lastError->code == TokenError::Code::Rejected)
        apply(machine::TryRejected {});
    else if (m_lastError->isTransient()) {
        if (!isTokenUsable()) // what was early has become needed
            apply(machine::RefreshWanted {machine::Urgency::Needed});
        apply(machine::TryUnlucky {});
    } else
        apply(machine::TryMisconfigured {});
}

// Exponential back-off with full jitter; the server's own wish counts when it is longer.
void AuthSession::scheduleRetry()
{
    const RefreshPolicy &policy = m_profile.policy;
    const int attempt = std::get<machine::BackingOff>(m_state).attempt;
    const auto cap = std::min<Milliseconds>(
        policy.backoffMax, policy.backoffMin * (1 << std::min(attempt - 1, 20)));
    auto delay = std::chrono::duration_cast<Milliseconds>(cap * m_random());
    if (m_lastError && m_lastError->retryAfter)
        delay = std::max(delay, *m_lastError->retryAfter);
    if (m_clock.monotonic() + delay >= m_refreshEnds)
        apply(machine::DeadlinePassed {});
    else
        m_retry = m_clock.after(delay, [this] { apply(machine::RetryDue {}); });
}

void AuthSession::storeFresh()
{
    persist(m_fresh, [this, refresh = m_refresh] {
        if (refresh == m_refresh)
            apply(machine::StoreDone {});
    });
}

// Somebody else may have used the refresh token before us, and left what came of it in the store.
void AuthSession::reread()
{
    if (m_persistence == Persistence::MemoryOnly || m_keeper.problem()) {
        apply(machine::RereadFoundNothing {});
        return;
    }
    m_keeper.load(m_key, [this, refresh = m_refresh](const std::optional<TokenSet> &tokens) {
        if (refresh != m_refresh)
            return;
        const bool newer = tokens && belongsToProfile(*tokens)
            && tokens->accountId == m_tokens.accountId && !tokens->refreshToken.isEmpty()
            && tokens->refreshToken != m_tokens.refreshToken;
        if (newer) {
            m_fresh = *tokens;
            apply(machine::RereadFoundNewer {});
        } else {
            apply(machine::RereadFoundNothing {});
        }
    });
}

void AuthSession::announce()
{
    trace(trace::RefreshFinished {m_refresh, std::nullopt, generation()});
    m_tokens = std::exchange(m_fresh, {});
    m_trustExpiry = !m_tokens.expiresAt || !m_tokens.receivedAt
        || *m_tokens.receivedAt < *m_tokens.expiresAt; // else: expired at birth
    m_coolUntil.reset();
    leaveRefresh();
    const TokenSet tokens = m_tokens;
    Q_EMIT tokensRefreshed(tokens);
}

void AuthSession::failWaiters()
{
    const TokenError error = m_lastError.value_or(TokenError {
        TokenError::Code::TimedOut, tr("The token endpoint did not answer in time."), {}, {}});
    trace(trace::RefreshFinished {m_refresh, error.code, generation()});
    m_coolUntil = m_clock.monotonic() + m_profile.policy.cooldown;
    leaveRefresh();
    Q_EMIT refreshFailed(error);
}

void AuthSession::end(EndReason reason)
{
    if (m_refresh != RefreshId {})
        trace(trace::RefreshFinished {m_refresh, TokenError::Code::Rejected, generation()});
    leaveRefresh();
    m_tokens = {};
    m_signInAsked = false;
    m_keeper.remove(m_key);
    trace(trace::SessionEnded {reason});
    Q_EMIT sessionEnded(reason, textFor(reason));
    if (!isSignedIn() && reason != EndReason::SignedOut)
        requireSignIn(textFor(reason));
}

void AuthSession::leaveRefresh()
{
    m_refresh = {};
    m_exchange.reset();
    m_deadline.reset();
    m_retry.reset();
    m_fresh = {};
}

void AuthSession::adopt(const TokenSet &tokens)
{
    m_restoring.reset();
    apply(machine::TokensSet {});
    m_lineage = Lineage {static_cast<std::uint32_t>(m_lineage) + 1};
    m_tokens = tokens;
    m_key = keyFor(tokens.userName);
    m_trustExpiry = true;
    m_coolUntil.reset();
    m_signInAsked = false;
    trace(trace::TokensReplaced {generation()});
}

void AuthSession::persist(const TokenSet &tokens, std::function<void()> then)
{
    if (m_persistence == Persistence::MemoryOnly)
        then();
    else
        m_keeper.save(m_key, tokens, std::move(then));
}

} // namespace authcore
