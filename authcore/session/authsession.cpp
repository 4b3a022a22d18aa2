#include "authcore/session/authsession.h"

#include "authcore/exchange/httpthread.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/headerrules.h"
#include "authcore/session/refreshlock.h"
#include "authcore/session/tokenrevoker.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>
#include <QtCore/QRandomGenerator>
#include <QtCore/QThread>
#include <QtNetwork/QNetworkInformation>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

// Refreshes that fail one after the other before requests are kept from starting more of them.
constexpr int patientFailures = 3;
constexpr std::chrono::milliseconds firstCoolDown = 1s; // doubled from failure to failure
constexpr std::chrono::milliseconds longestEarlyCoolDown = 10min;
constexpr std::chrono::milliseconds shortestEarlyCoolDown = 1s;
// No try is begun with less than this part of the whole time left.
constexpr int leastPart = 6;
constexpr std::chrono::milliseconds usualPatienceAtEnd = 2s;
// The early refresh is waited for in pieces: clocks jump, and machines sleep without counting it.
constexpr std::chrono::milliseconds longestWait = 60s;

double systemRandom()
{
    return QRandomGenerator::system()->generateDouble();
}

std::unique_ptr<QNetworkAccessManager> plainHttp()
{
    return std::make_unique<QNetworkAccessManager>();
}

std::chrono::milliseconds doubled(std::chrono::milliseconds pause, int times)
{
    return pause * (1 << std::clamp(times, 0, 20));
}

} // namespace

AuthSession::Parts AuthSession::ownParts()
{
    auto clock = std::make_unique<SystemClock>();
    Clock &time = *clock;
    return {std::move(clock), time, systemRandom, plainHttp(),
        std::make_unique<HttpThread>(plainHttp, time)};
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, QObject *parent)
    : AuthSession(std::move(profile), store, ownParts(), parent)
{
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Clock &clock,
    UniformRandom random, MakeHttp makeHttp, QObject *parent)
    : AuthSession(std::move(profile), store,
        Parts {nullptr, clock, std::move(random), makeHttp(),
            std::make_unique<HttpThread>(makeHttp, clock)},
        parent)
{
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Clock &clock,
    UniformRandom random, std::unique_ptr<QNetworkAccessManager> http, QObject *parent)
    : AuthSession(std::move(profile), store,
        Parts {nullptr, clock, std::move(random), std::move(http), nullptr}, parent)
{
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Parts parts, QObject *parent)
    : QObject(parent)
    , m_ownClock(std::move(parts.ownClock))
    , m_clock(parts.clock)
    , m_random(std::move(parts.random))
    , m_state(std::move(profile))
    , m_store(store)
    , m_keeper(store, m_clock)
    , m_http(std::move(parts.http))
    , m_thread(std::move(parts.thread))
    , m_patienceAtEnd(usualPatienceAtEnd)
{
    m_http->setParent(this); // goes along to another thread
    m_revoker = std::make_unique<TokenRevoker>(*m_http, m_clock, this);
    connect(m_revoker.get(), &TokenRevoker::revoked, this, &AuthSession::revoked);
    connect(m_revoker.get(), &TokenRevoker::failed, this, &AuthSession::revocationFailed);
    connect(&m_keeper, &TokenKeeper::failed, this, [this](const StoreError &error) {
        const QPointer alive(this);
        Q_EMIT storeFailed(error);
        if (alive)
            shutDownIfAsked();
    });
    connect(&m_keeper, &TokenKeeper::caughtUp, this, [this] {
        if (m_refresh == RefreshId {})
            releaseLock();
        storeCookies();
        shutDownIfAsked();
    });
    connect(&m_keeper, &TokenKeeper::recovered, this, &AuthSession::storeRecovered);
}

AuthSession::~AuthSession()
{
    finishAtEnd();
}

// Whoever knows new tokens last must not be the one who dies: the server has forgotten the old ones
// by then. The only place where authcore blocks.
void AuthSession::finishAtEnd()
{
    using std::chrono::steady_clock;
    const auto end = steady_clock::now() + m_patienceAtEnd; // of the real clock
    const auto left = [end] {
        return std::max(std::chrono::ceil<Milliseconds>(end - steady_clock::now()), 0ms);
    };
    const std::shared_ptr<RefreshLock> lock = m_lock;
    if (m_exchange) {
        const auto result = m_exchange->waitFor(left());
        const auto *fresh = result ? std::get_if<TokenSet>(&*result) : nullptr;
        if (fresh != nullptr && m_persistence == Persistence::Store)
            m_keeper.update(m_state.key(), merged(*fresh), [lock](const TokenStore::Done &) {});
    }
    // Until all is stored the lock stays held: by the write itself where that takes longer.
    m_keeper.retryNow();
    const bool isStored = !m_keeper.isBehind() || m_store.waitForWrites(left());
    if (lock && isStored)
        lock->release();
}

const BackendProfile &AuthSession::profile() const
{
    return *m_state.profile(); // lives until setProfile()
}

std::shared_ptr<const BackendProfile> AuthSession::sharedProfile() const
{
    return m_state.profile();
}

void AuthSession::setProfile(BackendProfile profile)
{
    m_state.setProfile(std::move(profile));
    const QPointer alive(this);
    carryOut();
    if (alive)
        Q_EMIT profileChanged();
}

int AuthSession::profileRevision() const
{
    return m_state.profileRevision();
}

TokenSet AuthSession::tokens() const
{
    return m_state.tokens();
}

QString AuthSession::accountId() const
{
    return snapshot().account;
}

Generation AuthSession::generation() const
{
    return snapshot().generation;
}

TokenFamily AuthSession::tokenFamily() const
{
    return snapshot().tokenFamily;
}

bool AuthSession::isSignedIn() const
{
    return snapshot().isSignedIn;
}

bool AuthSession::isRestoring() const
{
    return snapshot().isRestoring;
}

bool AuthSession::isRefreshInProgress() const
{
    return snapshot().isRefreshInProgress;
}

RefreshId AuthSession::currentRefresh() const
{
    return snapshot().refresh;
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
    m_nextPersistence.reset();
    if (std::exchange(m_persistence, persistence) == persistence || !isSignedIn())
        return;
    if (persistence == Persistence::Store)
        persist(m_state.tokens());
    else // what another process has stored since stays there
        m_keeper.removeOnly(m_state.key(), m_state.tokens(), {});
}

void AuthSession::setNextPersistence(Persistence persistence)
{
    m_nextPersistence = persistence;
}

void AuthSession::setPatienceAtEnd(Milliseconds patience)
{
    m_patienceAtEnd = patience;
}

void AuthSession::setTraceSink(TraceSink *sink)
{
    m_sink = sink;
}

void AuthSession::trace(decltype(TraceEvent::what) what) const
{
    if (!isTraced())
        return;
    TraceEvent event {m_clock.monotonic(), std::move(what)};
    const auto record = [this](const TraceEvent &happened) {
        if (TraceSink *sink = m_sink.load())
            sink->record(happened);
    };
    if (QThread::currentThread() == thread())
        record(event);
    else
        QMetaObject::invokeMethod(
            const_cast<AuthSession *>(this), // NOLINT: posting changes nothing
            [record, event = std::move(event)] { record(event); }, Qt::QueuedConnection);
}

AuthSession::Snapshot AuthSession::snapshot() const
{
    return m_state.snapshot();
}

AuthSession::Admission AuthSession::admit(RefreshId heldFor, Leeway leeway)
{
    Admission admission = m_state.admit(heldFor, leeway, now());
    if (admission.answer != Admission::Answer::Send)
        carryOut();
    return admission;
}

AuthSession::ChallengeDecision AuthSession::challenged(const Challenge &challenge)
{
    const ChallengeDecision decision = m_state.challenged(challenge, now());
    carryOut();
    return decision;
}

// These three come from the middle of an answer, where nothing may be emitted.

void AuthSession::accepted(const Accepted &answer)
{
    m_state.accepted(answer);
    carryOutLater();
}

void AuthSession::attemptSent(Generation sentWith)
{
    m_state.attemptSent(sentWith);
}

void AuthSession::attemptOver(Generation sentWith)
{
    m_state.attemptOver(sentWith);
    carryOutLater();
}

bool AuthSession::isReady(Leeway leeway) const
{
    return m_state.isReady(leeway, now());
}

bool AuthSession::isTokenUsable() const
{
    return m_state.isTokenUsable(now());
}

void AuthSession::requireSignIn(const QString &detail)
{
    m_state.askForSignIn(detail);
    carryOut();
}

// This, too, comes from the middle of an answer.
void AuthSession::takeCookies(const SetCookies &fresh)
{
    m_state.takeCookies(fresh, now());
    carryOutLater();
}

void AuthSession::setTokens(const TokenSet &tokens)
{
    if (tokens.isEmpty()) {
        signOut();
        return;
    }
    const TokenSet complete = completed(tokens);
    if (!belongsToProfile(complete)) {
        requireSignIn(textFor(EndReason::ProfileChanged, complete));
        return;
    }
    if (const auto what = controlCharactersIn(complete); !what.isEmpty()) {
        requireSignIn(tr("These tokens cannot be used: %1 has control characters.").arg(what));
        return;
    }
    if (adopt(complete, Source::Given))
        Q_EMIT tokensReplaced(complete);
}

void AuthSession::restore(const QString &account)
{
    m_state.setRestoring(account);
    m_keeper.load(keyFor(account), [this, ours = ++m_restores](const TokenStore::Loaded &found) {
        if (ours == m_restores && isRestoring())
            loaded(found); // else overtaken by a sign-in, a sign-out or another restore()
    });
}

void AuthSession::loaded(const TokenStore::Loaded &found)
{
    const QPointer alive(this);
    const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
    if (!tokens || !*tokens || (*tokens)->isEmpty()) {
        m_state.setRestoring(std::nullopt);
        Q_EMIT restored(false);
        return;
    }
    TokenSet stored = **tokens;
    const auto control = controlCharactersIn(stored);
    if (!belongsToProfile(stored) || !control.isEmpty()) {
        m_state.setRestoring(std::nullopt);
        requireSignIn(control.isEmpty()
                ? textFor(EndReason::ProfileChanged, stored)
                : tr("The stored tokens cannot be used: %1 has control characters.").arg(control));
        if (alive)
            Q_EMIT restored(false);
        return;
    }
    notePlaces(stored, profile()); // which an older version did not
    const auto ours = m_restores;
    carryOut(); // what other threads have caused before; a slot may end the restore
    if (!alive || ours != m_restores || !isRestoring())
        return;
    // Until it adopts the tokens nobody is told that there is no session.
    if (adopt(stored, Source::Store))
        Q_EMIT tokensReplaced(stored);
    if (alive)
        Q_EMIT restored(true);
}

void AuthSession::signOut()
{
    const auto restoring = m_state.restoring();
    if (restoring) {
        m_state.setRestoring(std::nullopt);
        m_keeper.remove(keyFor(*restoring));
    }
    const QPointer alive(this);
    m_state.apply(machine::SignOut {});
    carryOut();
    if (alive && restoring)
        Q_EMIT restored(false);
}

void AuthSession::leave()
{
    m_leaving = true;
    if (isRefreshInProgress())
        return; // what it brings has to be stored, or its account is signed out
    const QPointer alive(this);
    if (m_state.restoring()) {
        m_state.setRestoring(std::nullopt);
        Q_EMIT restored(false);
    }
    if (!alive)
        return;
    m_state.apply(machine::SignOut {EndReason::Left});
    carryOut();
    if (alive)
        leaveIfAsked(); // there was no session
}

// After whatever ends a refresh or a session has been told.
void AuthSession::refreshOver()
{
    const QPointer alive(this);
    leaveIfAsked();
    if (alive)
        shutDownIfAsked();
}

void AuthSession::shutdown(Milliseconds patience)
{
    m_state.close();
    m_ahead.reset();
    m_shutdown = std::make_unique<Deadline>(m_clock, patience, [this] { tellShutDown(); });
    QMetaObject::invokeMethod(
        this, [this] { shutDownIfAsked(); }, Qt::QueuedConnection);
}

void AuthSession::shutDownIfAsked()
{
    if (m_shutdown && !isRefreshInProgress() && !m_keeper.isWriting())
        tellShutDown();
}

void AuthSession::tellShutDown()
{
    m_shutdown.reset();
    Q_EMIT shutDown();
}

void AuthSession::leaveIfAsked()
{
    if (!m_leaving || isRefreshInProgress())
        return;
    if (isSignedIn()) {
        leave();
        return;
    }
    m_leaving = false;
    Q_EMIT left();
}

void AuthSession::refreshNow()
{
    if (!isSignedIn() || m_state.isClosed())
        return;
    if (m_state.tokens().refreshToken.isEmpty())
        m_state.apply(machine::SignOut {EndReason::NoRefreshToken});
    else
        m_state.apply(machine::RefreshWanted {machine::Urgency::Needed});
    m_state.endPause();
    carryOut();
}

QString AuthSession::textFor(EndReason reason)
{
    switch (reason) {
    case EndReason::SignedOut:
        return tr("You signed out.");
    case EndReason::Left:
        return tr("Another account has taken over.");
    case EndReason::RefreshRejected:
        return tr("The server does not accept the refresh token any more.");
    case EndReason::NoRefreshToken:
        return tr("The access token is not accepted any more, and there is no refresh token.");
    case EndReason::SignedOutElsewhere:
        return tr("You signed out in another window or program.");
    case EndReason::ReplayChallenged:
        return tr("The server does not accept a freshly refreshed access token.");
    case EndReason::ProfileChanged:
        return tr("The profile sends tokens to other places than when you signed in.");
    }
    return {};
}

QString AuthSession::textFor(EndReason reason, const TokenSet &tokens) const
{
    const QString text = textFor(reason);
    const QStringList changed = changedPlaces(tokens, profile());
    if (reason != EndReason::ProfileChanged || changed.isEmpty())
        return text;
    return tr("%1 Changed: %2.").arg(text, changed.join(u", "_s));
}

AuthSession::Moment AuthSession::now() const
{
    return {m_clock.now(), m_clock.monotonic()};
}

TokenKey AuthSession::keyFor(const QString &account) const
{
    return {profile().id, account, profile().clientId, profile().scope};
}

bool AuthSession::belongsToProfile(const TokenSet &tokens) const
{
    return changedPlaces(tokens, profile()).isEmpty();
}

// Tokens given by hand need not say where they are from.
TokenSet AuthSession::completed(TokenSet tokens) const
{
    if (tokens.tokenEndpoint.isEmpty() && tokens.protectedOrigins.isEmpty()
        && tokens.places.empty())
        notePlaces(tokens, profile());
    if (tokens.tokenEndpoint.isEmpty())
        tokens.tokenEndpoint = profile().resolved(profile().refresh.url);
    if (tokens.protectedOrigins.isEmpty())
        tokens.protectedOrigins = profile().protectedOrigins;
    if (tokens.accountId.isEmpty())
        tokens.accountId = tokens.userName;
    if (!tokens.receivedAt)
        tokens.receivedAt = std::chrono::floor<std::chrono::seconds>(m_clock.now());
    return tokens;
}

// What a refresh answer leaves out stays as it was (RFC 6749 section 6: the refresh token). Cookies
// are all there: the answer changed those that were sent along.
TokenSet AuthSession::merged(TokenSet fresh) const
{
    const TokenSet old = m_state.tokens();
    if (fresh.refreshToken.isEmpty() && profile().answer.refreshTokenCookie.isEmpty())
        fresh.refreshToken = old.refreshToken;
    if (fresh.idToken.isEmpty())
        fresh.idToken = old.idToken;
    fresh.cookies = keepsCookies(profile())
        ? rebasedCookies(std::move(fresh.cookies), m_sentCookies, old.cookies)
        : old.cookies;
    if (fresh.accountId.isEmpty())
        fresh.accountId = old.accountId;
    if (fresh.scope.isEmpty())
        fresh.scope = old.scope;
    for (auto fact = old.userData.begin(); fact != old.userData.end(); ++fact) {
        if (!fresh.userData.contains(fact.key()))
            fresh.userData.insert(fact.key(), fact.value());
    }
    fresh.userName = old.userName;
    fresh.clientSecret = old.clientSecret;
    return completed(std::move(fresh));
}

// What the transitions have left to do, on our own thread, in their order. What is emitted is
// emitted last: slots call back, and what they cause is carried out at once.
void AuthSession::carryOut()
{
    if (QThread::currentThread() != thread()) {
        carryOutLater();
        return;
    }
    const QPointer alive(this);
    while (alive) {
        const std::optional<SessionState::Task> task = m_state.takeTask();
        if (!task)
            return;
        if (const auto *ask = std::get_if<SessionState::AskForSignIn>(&*task))
            Q_EMIT signInRequired(ask->detail);
        else if (const auto *cookies = std::get_if<SessionState::KeepCookies>(&*task))
            keepCookies(cookies->before);
        else if (const auto *undecided = std::get_if<SessionState::AwaitVerdict>(&*task))
            awaitVerdict(undecided->generation);
        else if (std::holds_alternative<SessionState::RefusalsSettled>(*task))
            Q_EMIT refusalsSettled();
        else
            perform(std::get<SessionState::Perform>(*task));
    }
}

// From the event loop. Where there is nothing to do, nothing is posted.
void AuthSession::carryOutLater()
{
    if (m_state.hasTasks())
        QMetaObject::invokeMethod(
            this, [this] { carryOut(); }, Qt::QueuedConnection);
}

void AuthSession::awaitVerdict(Generation generation)
{
    m_verdict = m_clock.after(profile().policy.tryTimeout, [this, generation] {
        m_state.verdictDue(generation);
        carryOut();
    });
}

void AuthSession::perform(const SessionState::Perform &task)
{
    switch (task.effect) {
    case machine::Effect::None:
    case machine::Effect::Join:
    case machine::Effect::Replay:
    case machine::Effect::Deliver:
    case machine::Effect::Adopt:
        break;
    case machine::Effect::DiscardAndAdopt:
        discard();
        break;
    case machine::Effect::DiscardAndEnd:
        discard();
        end(task);
        break;
    case machine::Effect::End:
        end(task);
        break;
    case machine::Effect::StartRefresh:
        startRefresh(task.refresh);
        break;
    case machine::Effect::StartTry:
        startTry(task.attempt);
        break;
    case machine::Effect::BackOff:
        scheduleRetry(task.attempt);
        break;
    case machine::Effect::Store:
        storeFresh(task.tokens);
        break;
    case machine::Effect::Announce:
        announce(task);
        break;
    case machine::Effect::Reread:
        reread();
        break;
    case machine::Effect::FailWaiters:
        failWaiters(task.refresh);
        break;
    }
}

void AuthSession::apply(const machine::Event &event)
{
    m_state.apply(event, m_refresh);
    carryOut();
}

void AuthSession::startRefresh(RefreshId refresh)
{
    if (refresh != currentRefresh())
        return; // discarded before it began
    m_refresh = refresh;
    m_ahead.reset();
    m_lastError.reset();
    m_story = {refresh};
    startDeadline();
    trace(trace::RefreshStarted {refresh, generation()});
    const QPointer alive(this);
    prepare();
    if (alive)
        Q_EMIT refreshStarted();
}

// Whoever shares our store must not refresh at the same time, and may have done so before us.
void AuthSession::prepare()
{
    const QString path = isStoreShared() ? m_store.lockPath(m_state.key()) : QString();
    if (path.isEmpty()) {
        beginIfStorable();
        return;
    }
    if (!m_lock || m_lock->path() != path)
        m_lock = std::make_shared<RefreshLock>(path, m_clock, m_random);
    // Without a lock where none can be had: better such a refresh than none.
    m_lock->acquire([this](RefreshLock::Acquired) {
        startDeadline(); // what another process took is not ours to lose
        rereadInLock();
    });
}

void AuthSession::startDeadline()
{
    const Milliseconds total = profile().policy.totalTimeout;
    m_refreshEnds = m_clock.monotonic() + total;
    m_deadline =
        std::make_unique<Deadline>(m_clock, total, [this] { fail(machine::DeadlinePassed {}); });
}

// Tokens that were in the store once are shared with whoever has read them there.
bool AuthSession::isStoreShared() const
{
    return m_persistence == Persistence::Store || m_wasStored;
}

// What another process may have stored for our account; nullptr: nothing of the kind.
const TokenSet *AuthSession::sharedTokens(const TokenStore::Loaded &found) const
{
    const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
    const bool isOurs = tokens != nullptr && *tokens && belongsToProfile(**tokens)
        && (*tokens)->accountId == m_state.tokens().accountId
        && controlCharactersIn(**tokens).isEmpty();
    return isOurs ? &**tokens : nullptr;
}

bool AuthSession::isNews(const TokenSet &shared) const
{
    return !shared.hasCredentialsOf(m_state.tokens())
        && !(m_cookiesBefore && shared.hasCredentialsOf(*m_cookiesBefore));
}

void AuthSession::rereadInLock()
{
    if (m_keeper.isBehind(m_state.key())) { // ours are newer: they are not stored yet
        apply(machine::RereadFoundNothing {});
        return;
    }
    m_keeper.load(m_state.key(), [this, refresh = m_refresh](const TokenStore::Loaded &found) {
        if (refresh != m_refresh)
            return;
        const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
        if (tokens && !*tokens) {
            if (m_persistence == Persistence::MemoryOnly) // it is gone because we took it away
                apply(machine::RereadFoundNothing {});
            else
                apply(machine::RereadFoundNoEntry {});
            return;
        }
        const TokenSet *shared = sharedTokens(found);
        const TokenSet ours = m_state.tokens();
        const bool isNews = shared != nullptr && this->isNews(*shared);
        // Other cookies beside the same tokens are worth having, but cure no challenge.
        const bool areOtherTokens = isNews
            && (shared->accessToken != ours.accessToken
                || shared->refreshToken != ours.refreshToken);
        if (areOtherTokens
            && shared->isUsableAt(std::chrono::floor<std::chrono::seconds>(m_clock.now()))) {
            m_state.applyFresh(machine::RereadFoundNewer {}, refresh, *shared);
            carryOut();
            return;
        }
        if (isNews) // expired as well, but theirs is the refresh token that is still good
            m_state.takeOver(*shared, refresh);
        beginIfStorable();
    });
}

// A refresh token from the store is spent only if the new one can be kept there: whoever reads it
// next would show one that is spent.
void AuthSession::beginIfStorable()
{
    const TokenKey key = m_state.key();
    if (!m_wasStored || m_persistence == Persistence::MemoryOnly || m_keeper.isBehind(key)) {
        apply(machine::RereadFoundNothing {});
        return;
    }
    m_store.checkWritable(key, this, [this, refresh = m_refresh](const TokenStore::Done &problem) {
        if (refresh != m_refresh)
            return;
        if (!problem) {
            apply(machine::RereadFoundNothing {});
            return;
        }
        m_lastError =
            TokenError {TokenError::Code::StoreUnwritable, problem->detail, std::nullopt, {}};
        fail(machine::DeadlinePassed {}); // before anything was sent
    });
}

void AuthSession::startTry(int attempt)
{
    const auto left = std::chrono::duration_cast<Milliseconds>(m_refreshEnds - m_clock.monotonic());
    trace(trace::RefreshTrySent {m_refresh, attempt});
    m_story.tries = attempt;
    m_exchange = m_thread ? std::make_unique<TokenExchange>(*m_thread, m_clock)
                          : std::make_unique<TokenExchange>(*m_http, m_clock);
    // Read here and nowhere else: inside the refresh, of which there is one at a time.
    const TokenSet tokens = m_state.tokens();
    const TokenGrant grant {tokens.refreshToken, tokens.userName, {}, tokens.accessToken,
        wireCookies(tokens, profile()), tokens.clientSecret, {}, {}, tokens.idToken};
    m_sentCookies = tokens.cookies;
    m_exchange->start(profile(), profile().refresh, grant,
        std::min(profile().policy.tryTimeout, std::max(left, 1ms)),
        [this, attempt, ours = m_exchange.get(), spent = tokens.refreshToken,
            profile = sharedProfile()](const TokenResult &result) {
            if (ours == m_exchange.get()) {
                tryFinished(attempt, result);
                return;
            }
            ours->deleteLater(); // abandoned
            const auto *fresh = std::get_if<TokenSet>(&result);
            if (fresh != nullptr && !fresh->refreshToken.isEmpty() && fresh->refreshToken != spent)
                m_revoker->revoke(*profile, *fresh);
        });
}

void AuthSession::tryFinished(int attempt, const TokenResult &result)
{
    m_exchange.release()->deleteLater(); // we are called by it
    if (const auto *tokens = std::get_if<TokenSet>(&result)) {
        trace(trace::RefreshTryFinished {m_refresh, attempt, std::nullopt, std::nullopt});
        m_state.applyFresh(machine::TrySucceeded {}, m_refresh, merged(*tokens));
        carryOut();
        return;
    }
    m_lastError = std::get<TokenError>(result);
    m_story.add(*m_lastError);
    trace(
        trace::RefreshTryFinished {m_refresh, attempt, m_lastError->code, m_lastError->httpStatus});
    if (m_lastError->code == TokenError::Code::Rejected)
        apply(machine::TryRejected {});
    else if (m_lastError->isTransient()) {
        if (!isTokenUsable()) // what was early has become needed
            apply(machine::RefreshWanted {machine::Urgency::Needed});
        fail(machine::TryUnlucky {});
    } else
        fail(machine::TryMisconfigured {});
}

// A try, or all of it, had bad luck. The more often, the longer nobody may try again.
void AuthSession::fail(const machine::Event &event)
{
    const int earlier = m_state.failures();
    const auto monotonic = m_clock.monotonic();
    const Milliseconds cooldown = profile().policy.cooldown;
    SessionState::Failure failure {lastError(),
        monotonic
            + std::clamp(doubled(cooldown, earlier), shortestEarlyCoolDown, longestEarlyCoolDown),
        {}};
    if (earlier + 1 >= patientFailures) {
        const Milliseconds pause =
            std::min(cooldown, doubled(firstCoolDown, earlier + 1 - patientFailures));
        failure.noRefreshUntil =
            monotonic + std::chrono::duration_cast<Milliseconds>(pause * (0.5 + m_random() / 2));
    }
    if (std::holds_alternative<machine::TryMisconfigured>(event)) // the same try fails again
        failure.noRefreshUntil = failure.noEarlyRefreshUntil;
    if (m_lastError && m_lastError->retryAfter)
        failure.noRefreshUntil = std::max(failure.noRefreshUntil,
            monotonic + std::min(*m_lastError->retryAfter, longestEarlyCoolDown));
    failure.noEarlyRefreshUntil = std::max(failure.noEarlyRefreshUntil, failure.noRefreshUntil);
    m_state.applyFailure(event, m_refresh, std::move(failure));
    carryOut();
}

TokenError AuthSession::lastError() const
{
    if (m_lastError)
        return *m_lastError;
    const QString detail = m_lock && m_lock->isWaiting()
        ? tr("Another process has been refreshing for too long: %1.").arg(m_lock->holder())
        : tr("The token endpoint did not answer in time.");
    return TokenError {TokenError::Code::TimedOut, detail, {}, {}};
}

RefreshStory AuthSession::takeStory()
{
    RefreshStory story = std::exchange(m_story, {});
    story.when = m_clock.now();
    return story;
}

// Exponential back-off with full jitter; the server's own wish counts when it is longer.
void AuthSession::scheduleRetry(int attempt)
{
    watchNetwork();
    const RefreshPolicy &policy = profile().policy;
    const auto cap =
        std::min<Milliseconds>(policy.backoffMax, doubled(policy.backoffMin, attempt - 1));
    auto delay = std::chrono::duration_cast<Milliseconds>(cap * m_random());
    if (m_lastError && m_lastError->retryAfter)
        delay = std::max(delay, *m_lastError->retryAfter);
    // A try that we would have to abort may cost the refresh token: the server may have spent it.
    const Milliseconds leastTime = std::min(policy.tryTimeout, policy.totalTimeout / leastPart);
    if (m_clock.monotonic() + delay + leastTime >= m_refreshEnds)
        fail(machine::DeadlinePassed {});
    else
        m_retry = m_clock.after(delay, [this] { apply(machine::RetryDue {}); });
}

// Loading a backend is for the program to decide: it starts threads and talks to other services.
void AuthSession::watchNetwork()
{
    auto *network = QNetworkInformation::instance();
    if (network == nullptr || std::exchange(m_watchesNetwork, true))
        return;
    connect(network, &QNetworkInformation::reachabilityChanged, this,
        [this](QNetworkInformation::Reachability reachability) {
            if (reachability == QNetworkInformation::Reachability::Online)
                noteNetworkIsBack();
        });
}

void AuthSession::noteNetworkIsBack()
{
    const bool isServersWish = m_lastError && m_lastError->retryAfter;
    if (m_retry && !isServersWish) {
        m_retry.reset();
        apply(machine::RetryDue {});
    }
}

void AuthSession::storeFresh(const TokenSet &fresh)
{
    if (fresh.refreshToken != m_state.tokens().refreshToken)
        m_unstored = fresh;
    if (m_persistence == Persistence::MemoryOnly) {
        m_wasStored = false; // these are ours alone
        apply(machine::StoreDone {});
        return;
    }
    // The lock goes along: where the session is gone before this is stored, it stays held.
    m_wasStored = true;
    const TokenKey key = m_state.key();
    m_keeper.update(key, fresh,
        [this, refresh = m_refresh, lock = m_lock, key, fresh](const TokenStore::Done &done) {
            noteStored(key, fresh);
            if (refresh != m_refresh)
                return;
            if (done && done->code == StoreError::Code::Gone)
                apply(machine::RereadFoundNoEntry {}); // nobody is signed in again by a refresh
            else
                apply(machine::StoreDone {});
        });
}

// They are not to stay where nobody wants them any more.
void AuthSession::noteStored(const TokenKey &key, const TokenSet &fresh)
{
    if (m_persistence == Persistence::MemoryOnly || !isSignedIn())
        m_keeper.removeOnly(key, fresh, {});
}

// Somebody else may have used the refresh token before us, and left what came of it in the store.
void AuthSession::reread()
{
    if (!isStoreShared() || m_keeper.isBehind(m_state.key())) {
        apply(machine::RereadFoundNothing {});
        return;
    }
    m_keeper.load(m_state.key(), [this, refresh = m_refresh](const TokenStore::Loaded &found) {
        if (refresh != m_refresh)
            return;
        const TokenSet *shared = sharedTokens(found);
        if (shared != nullptr && isNews(*shared) && !shared->refreshToken.isEmpty()
            && shared->refreshToken != m_state.tokens().refreshToken)
            m_state.applyFresh(machine::RereadFoundNewer {}, refresh, *shared);
        else
            m_state.apply(machine::RereadFoundNothing {}, refresh);
        carryOut();
    });
}

void AuthSession::announce(const SessionState::Perform &task)
{
    m_cookiesBefore.reset();
    trace(trace::RefreshFinished {task.refresh, std::nullopt, generation()});
    m_story = {};
    leaveRefresh();
    m_aheadSpread = m_random();
    const QPointer alive(this);
    Q_EMIT tokensRefreshed(task.tokens);
    if (alive)
        armAhead();
    if (alive)
        refreshOver();
}

void AuthSession::failWaiters(RefreshId refresh)
{
    const TokenError error = lastError();
    if (!m_story.lastCause) // the deadline, before any try has ended
        m_story.add(error);
    const RefreshStory story = takeStory();
    trace(trace::RefreshFinished {refresh, error.code, generation()});
    leaveRefresh();
    storeCookies();
    const QPointer alive(this);
    Q_EMIT refreshFailed(error, refresh, story);
    if (alive)
        Q_EMIT refreshFailureTold(error, refresh);
    if (alive)
        armAhead();
    if (alive)
        refreshOver();
}

void AuthSession::end(const SessionState::Perform &task)
{
    if (m_refresh != RefreshId {})
        trace(trace::RefreshFinished {m_refresh, TokenError::Code::Rejected, generation()});
    // What a person ends is erased, what is left stays. Otherwise the entry may be of another
    // process by now, with tokens that are good: only ours is erased.
    if (m_lock && !m_lock->isHeld())
        releaseLock();
    abandonRefresh();
    if (task.reason == EndReason::SignedOut) {
        m_keeper.remove(task.key);
        if (belongsToProfile(task.tokens)) // other servers have no business with them
            m_revoker->revoke(profile(), task.tokens);
    } else if (task.reason != EndReason::Left)
        // Nobody is let in before, who would ask once more with a token that is over.
        m_keeper.removeOnly(task.key, m_cookiesBefore.value_or(task.tokens),
            [lock = std::move(m_lock)](const auto &) {});
    m_cookiesBefore.reset();
    leaveRefresh();
    m_ahead.reset();
    trace(trace::SessionEnded {task.reason});
    const RefreshStory story = takeStory();
    const bool isWanted = task.reason == EndReason::SignedOut || task.reason == EndReason::Left;
    QString detail = textFor(task.reason, task.tokens);
    if (const QString causes = story.toString(); !causes.isEmpty() && !isWanted)
        detail += u' ' % causes;
    const QPointer alive(this);
    Q_EMIT sessionEnded(task.reason, detail, story);
    if (alive)
        Q_EMIT sessionEndTold(task.reason);
    if (alive && !isSignedIn() && !isWanted)
        requireSignIn(detail);
    if (alive)
        refreshOver();
}

void AuthSession::discard()
{
    if (m_refresh != RefreshId {})
        trace(trace::RefreshDiscarded {m_refresh});
    abandonRefresh();
    leaveRefresh();
    if (m_shutdown)
        QMetaObject::invokeMethod(
            this, [this] { shutDownIfAsked(); }, Qt::QueuedConnection);
}

// A rotated token that nobody keeps must not stay valid: whatever the refresh has brought, or is
// still going to bring, is revoked.
void AuthSession::abandonRefresh()
{
    if (profile().revocation.url.isEmpty())
        return;
    const auto unstored = std::exchange(m_unstored, std::nullopt);
    if (unstored && belongsToProfile(*unstored))
        m_revoker->revoke(profile(), *unstored);
    if (m_exchange)
        m_exchange.release()->setParent(m_revoker.get()); // goes on, see startTry()
}

void AuthSession::leaveRefresh()
{
    m_refresh = {};
    m_exchange.reset();
    m_unstored.reset();
    m_deadline.reset();
    m_retry.reset();
    // What could not be stored yet is known to us alone: others would ask with what we have spent.
    if (m_lock && !(m_lock->isHeld() && m_keeper.isBehind()))
        releaseLock();
}

void AuthSession::releaseLock()
{
    if (const auto lock = std::exchange(m_lock, nullptr))
        lock->release(); // whoever else still knows it
}

// False: a slot has overtaken it.
bool AuthSession::adopt(const TokenSet &tokens, Source source)
{
    const QPointer alive(this);
    carryOut(); // what other threads have caused before
    if (!alive)
        return false;
    m_leaving = false;
    if (source == Source::Given)
        useNextPersistence();
    m_state.adopt(tokens, keyFor(tokens.userName));
    m_cookiesBefore.reset();
    m_wasStored = source == Source::Store;
    if (source == Source::Given)
        persist(tokens);
    const TokenFamily ours = tokenFamily();
    carryOut();
    if (!alive || tokenFamily() != ours || !isSignedIn())
        return false;
    trace(trace::TokensReplaced {generation()});
    m_aheadSpread = m_random();
    armAhead();
    return true;
}

void AuthSession::useNextPersistence()
{
    const auto next = std::exchange(m_nextPersistence, std::nullopt).value_or(m_persistence);
    const auto before = std::exchange(m_persistence, next);
    if (before == Persistence::Store && next == Persistence::MemoryOnly && isSignedIn())
        m_keeper.removeOnly(m_state.key(), m_state.tokens(), {});
}

void AuthSession::persist(const TokenSet &tokens)
{
    if (m_persistence == Persistence::MemoryOnly)
        return;
    m_wasStored = true;
    m_keeper.save(m_state.key(), tokens, {});
}

void AuthSession::keepCookies(const TokenSet &before)
{
    if (!m_cookiesBefore)
        m_cookiesBefore = before;
    storeCookies();
}

// One write at a time, however many answers set cookies; and never over what another process has
// stored, or while a refresh is about to store everything.
void AuthSession::storeCookies()
{
    if (!m_cookiesBefore || !isSignedIn() || isRefreshInProgress()
        || m_keeper.isBehind(m_state.key()))
        return;
    const TokenSet before = *std::exchange(m_cookiesBefore, std::nullopt);
    if (m_persistence == Persistence::Store)
        m_keeper.updateOnly(m_state.key(), before, m_state.tokens());
}

// Refreshes before the token runs out, so that requests need not wait for it; but only while
// somebody uses it: an idle application does not keep its session alive.
void AuthSession::armAhead()
{
    m_ahead.reset();
    const auto due = profile().policy.refreshAhead && !m_state.isClosed()
        ? m_state.earlyRefreshDue(m_aheadSpread)
        : std::nullopt;
    if (!due)
        return;
    const Moment at = now();
    const Milliseconds cooling = std::chrono::ceil<Milliseconds>(due->monotonic - at.monotonic);
    const Milliseconds left = std::max(due->wall - at.wall, cooling);
    if (left > 0ms) {
        m_ahead = m_clock.after(std::min(left, longestWait), [this] { armAhead(); });
    } else if (m_state.wasUsed()) {
        m_state.apply(machine::RefreshWanted {machine::Urgency::Early});
        carryOut();
    }
}

} // namespace authcore
