#include "authcore/session/authsession.h"

#include "authcore/exchange/httpmanagers.h"
#include "authcore/exchange/httpthread.h"
#include "authcore/exchange/networksettings.h"
#include "authcore/exchange/tokenplaces.h"
#include "authcore/session/sessiongate.h"
#include "authcore/session/sessiontaskrunner.h"
#include "authcore/session/tokenmerge.h"
#include "authcore/session/tokenvault.h"
#include "authcore/session/usabletokens.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>
#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds usualPatienceAtEnd = 2s;

double systemRandom()
{
    return QRandomGenerator::system()->generateDouble();
}

std::unique_ptr<QNetworkAccessManager> plainHttp()
{
    return std::make_unique<QNetworkAccessManager>();
}

} // namespace

AuthSession::Parts AuthSession::ownParts(const MakeHttp &makeHttp)
{
    auto clock = std::make_unique<SystemClock>();
    Clock &time = *clock;
    return {std::move(clock), time, systemRandom, std::make_unique<HttpManagers>(makeHttp),
        std::make_unique<HttpThread>(makeHttp, time)};
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, QObject *parent)
    : AuthSession(std::move(profile), store, ownParts(plainHttp), parent)
{
}

AuthSession::AuthSession(
    BackendProfile profile, TokenStore &store, const MakeHttp &makeHttp, QObject *parent)
    : AuthSession(std::move(profile), store, ownParts(makeHttp), parent)
{
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Clock &clock,
    UniformRandom random, const MakeHttp &makeHttp, QObject *parent)
    : AuthSession(std::move(profile), store,
        Parts {nullptr, clock, std::move(random), std::make_unique<HttpManagers>(makeHttp),
            std::make_unique<HttpThread>(makeHttp, clock)},
        parent)
{
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Clock &clock,
    UniformRandom random, std::unique_ptr<QNetworkAccessManager> http, QObject *parent)
    : AuthSession(std::move(profile), store,
        Parts {nullptr, clock, std::move(random), std::make_unique<HttpManagers>(std::move(http)),
            nullptr},
        parent)
{
}

AuthSession::AuthSession(BackendProfile profile, TokenStore &store, Parts parts, QObject *parent)
    : QObject(parent)
    , m_ownClock(std::move(parts.ownClock))
    , m_clock(parts.clock)
    , m_http(std::move(parts.http))
    , m_thread(std::move(parts.thread))
    , m_gate(std::make_unique<SessionGate>(std::move(profile), m_clock, this))
    , m_vault(std::make_unique<TokenVault>(*m_gate, store, parts.random, this))
    , m_runner(std::make_unique<SessionTaskRunner>(
          *m_gate, *m_vault, *m_http,
          [this] {
              return m_thread ? std::make_unique<TokenExchange>(*m_thread, m_clock)
                              : std::make_unique<TokenExchange>(*m_http, m_clock);
          },
          parts.random, this))
    , m_patienceAtEnd(usualPatienceAtEnd)
{
    m_http->setParent(this); // so that moveToThread() moves the managers, too
    connectParts();
}

void AuthSession::connectParts()
{
    const auto *runner = m_runner.get();
    connect(runner, &SessionTaskRunner::stateChanged, this, &AuthSession::stateChanged);
    connect(runner, &SessionTaskRunner::refreshStarted, this, &AuthSession::refreshStarted);
    connect(runner, &SessionTaskRunner::tokensRefreshed, this, &AuthSession::tokensRefreshed);
    connect(runner, &SessionTaskRunner::refreshFailed, this, &AuthSession::refreshFailed);
    connect(runner, &SessionTaskRunner::sessionEnded, this, &AuthSession::sessionEnded);
    connect(runner, &SessionTaskRunner::signInRequired, this, &AuthSession::signInRequired);
    connect(runner, &SessionTaskRunner::revoked, this, &AuthSession::revoked);
    connect(runner, &SessionTaskRunner::revocationFailed, this, &AuthSession::revocationFailed);
    connect(runner, &SessionTaskRunner::idle, this, &AuthSession::leaveIfAsked);
    connect(runner, &SessionTaskRunner::idle, this, &AuthSession::shutDownIfAsked);
    connect(m_vault.get(), &TokenVault::recovered, this, &AuthSession::storeRecovered);
    connect(m_vault.get(), &TokenVault::failed, this, &AuthSession::storeFailed);
    connect(m_vault.get(), &TokenVault::failed, this, &AuthSession::shutDownIfAsked);
    connect(m_vault.get(), &TokenVault::caughtUp, this, &AuthSession::stored);
    connect(m_vault.get(), &TokenVault::caughtUp, this, &AuthSession::shutDownIfAsked);
}

// A server that answers with a new refresh token no longer accepts the old one. Therefore the
// destructor waits for an answer under way. Nothing else in a session blocks.
AuthSession::~AuthSession()
{
    const auto until = std::chrono::steady_clock::now() + m_patienceAtEnd; // never a test's clock
    m_vault->finishAtEnd(m_runner->waitForTokens(m_patienceAtEnd), until);
}

const BackendProfile &AuthSession::profile() const
{
    return *m_gate->profile(); // lives until setProfile()
}

void AuthSession::setProfile(BackendProfile profile)
{
    m_gate->state().setProfile(std::move(profile));
    const QPointer alive(this);
    m_gate->carryOut();
    if (alive)
        Q_EMIT profileChanged();
}

int AuthSession::profileRevision() const
{
    return m_gate->profileRevision();
}

TokenSet AuthSession::tokens() const
{
    return m_gate->tokens();
}

QString AuthSession::accountId() const
{
    return m_gate->snapshot().account;
}

Generation AuthSession::generation() const
{
    return m_gate->snapshot().generation;
}

TokenFamily AuthSession::tokenFamily() const
{
    return m_gate->snapshot().tokenFamily;
}

bool AuthSession::isSignedIn() const
{
    return m_gate->snapshot().isSignedIn;
}

bool AuthSession::isTokenUsable() const
{
    return m_gate->isTokenUsable();
}

bool AuthSession::isRestoring() const
{
    return m_gate->snapshot().isRestoring;
}

bool AuthSession::isRefreshInProgress() const
{
    return m_gate->snapshot().isRefreshInProgress;
}

RefreshId AuthSession::currentRefresh() const
{
    return m_gate->snapshot().refresh;
}

std::optional<StoreError> AuthSession::storeProblem() const
{
    return m_vault->problem();
}

bool AuthSession::isStored() const
{
    return m_vault->isCaughtUp();
}

TokenKey AuthSession::keyFor(const QString &account) const
{
    return m_vault->keyFor(account);
}

Clock &AuthSession::clock() const
{
    return m_clock;
}

void AuthSession::setPersistence(Persistence persistence, Tokens tokens)
{
    if (tokens == Tokens::Next)
        m_vault->setNextPersistence(persistence);
    else
        m_vault->setPersistence(persistence);
}

void AuthSession::setPatienceAtEnd(std::chrono::milliseconds patience)
{
    m_patienceAtEnd = patience;
}

void AuthSession::setTraceSink(TraceSink *sink)
{
    m_gate->setTraceSink(sink);
}

NetworkSettings AuthSession::networkSettings() const
{
    return *m_gate->networkSettings();
}

void AuthSession::setNetworkSettings(const NetworkSettings &settings)
{
    if (settings == networkSettings())
        return;
    m_http->setSettings(settings);
    if (m_thread)
        m_thread->setSettings(settings);
    m_gate->setNetworkSettings(settings);
}

void AuthSession::requireSignIn(const QString &detail)
{
    m_gate->requireSignIn(detail);
}

void AuthSession::setTokens(const TokenSet &tokens)
{
    if (tokens.isEmpty()) {
        signOut();
        return;
    }
    const TokenSet complete = completed(tokens);
    if (const QString why = whyUnusable(complete, profile(), tr("These tokens")); !why.isEmpty())
        requireSignIn(why);
    else if (adopt(complete, Source::Given))
        Q_EMIT tokensReplaced(complete);
}

TokenSet AuthSession::completed(TokenSet tokens) const
{
    return completedTokens(std::move(tokens), profile(), m_clock.nowInSeconds());
}

void AuthSession::restore(const QString &account)
{
    m_gate->state().setRestoring(account);
    m_vault->load(account, [this, account, number = ++m_restores](const TokenStore::Loaded &found) {
        if (number == m_restores && isRestoring()) // not overtaken by another call
            loaded(account, found);
    });
}

void AuthSession::loaded(const QString &account, const TokenStore::Loaded &found)
{
    const QPointer alive(this);
    const auto *entry = std::get_if<std::optional<TokenSet>>(&found);
    if (!entry || !*entry || (*entry)->isEmpty()) {
        m_gate->state().setRestoring(std::nullopt);
        tellRestored(false);
        return;
    }
    TokenSet tokens = **entry;
    // A program that stored the tokens itself, to migrate them, may have noted no places.
    if (tokens.tokenEndpoint.isEmpty() && tokens.protectedOrigins.isEmpty()
        && tokens.places.empty()) {
        if (tokens.userName.isEmpty())
            tokens.userName = account;
        tokens = completed(tokens);
    }
    if (const QString why = whyUnusable(tokens, profile(), tr("The stored tokens"));
        !why.isEmpty()) {
        m_gate->state().setRestoring(std::nullopt);
        requireSignIn(why);
        if (alive)
            tellRestored(false);
        return;
    }
    notePlaces(tokens, profile()); // an older version stored none
    const auto number = m_restores;
    m_gate->carryOut(); // tasks that other threads have left; a slot may end the restore
    if (!alive || number != m_restores || !isRestoring())
        return;
    // isRestoring() stays true until here, so that no request finds that nobody is signed in.
    if (adopt(tokens, Source::Store))
        Q_EMIT tokensReplaced(tokens);
    if (alive)
        tellRestored(true);
}

void AuthSession::tellRestored(bool found)
{
    const QPointer alive(this);
    Q_EMIT m_gate->restored();
    if (alive)
        Q_EMIT restored(found);
}

// Returns false if a slot has replaced or removed the tokens.
bool AuthSession::adopt(const TokenSet &tokens, Source source)
{
    const QPointer alive(this);
    m_gate->carryOut(); // tasks that other threads have left
    if (!alive)
        return false;
    m_isLeaving = false;
    m_vault->adopt(
        tokens, source == Source::Store ? TokenVault::Source::Store : TokenVault::Source::Given);
    return m_runner->tokensReplaced();
}

void AuthSession::signOut()
{
    const auto restoring = m_gate->state().restoring();
    if (restoring) {
        m_gate->state().setRestoring(std::nullopt);
        m_vault->remove(*restoring);
    }
    const QPointer alive(this);
    m_gate->state().apply(machine::SignOut {});
    m_gate->carryOut();
    if (alive && restoring)
        tellRestored(false);
}

void AuthSession::leave()
{
    m_isLeaving = true;
    if (isRefreshInProgress())
        return; // its tokens have to be stored, or the account would lose its refresh token
    const QPointer alive(this);
    if (m_gate->state().restoring()) {
        m_gate->state().setRestoring(std::nullopt);
        tellRestored(false);
    }
    if (!alive)
        return;
    m_gate->state().apply(machine::SignOut {EndReason::Left});
    m_gate->carryOut();
    if (alive)
        leaveIfAsked(); // if nobody was signed in, nothing else emits left()
}

void AuthSession::leaveIfAsked()
{
    if (!m_isLeaving || isRefreshInProgress())
        return;
    if (isSignedIn()) {
        leave();
        return;
    }
    m_isLeaving = false;
    Q_EMIT left();
}

void AuthSession::refreshNow()
{
    SessionState &state = m_gate->state();
    if (!isSignedIn() || state.isClosed())
        return;
    if (state.refreshToken() == machine::RefreshToken::Absent)
        state.apply(machine::SignOut {EndReason::NoRefreshToken});
    else
        state.apply(machine::RefreshWanted {machine::Urgency::Needed});
    state.endPause();
    m_gate->carryOut();
}

void AuthSession::noteNetworkIsBack()
{
    m_runner->retryNow();
}

void AuthSession::shutdown(std::chrono::milliseconds patience)
{
    m_gate->state().close();
    m_runner->early().disarm();
    m_shutdown = std::make_unique<Deadline>(m_clock, patience, [this] { tellShutDown(); });
    QMetaObject::invokeMethod(
        this, [this] { shutDownIfAsked(); }, Qt::QueuedConnection);
}

void AuthSession::shutDownIfAsked()
{
    if (m_shutdown && !isRefreshInProgress() && !m_vault->isWriting())
        tellShutDown();
}

void AuthSession::tellShutDown()
{
    m_shutdown.reset();
    Q_EMIT shutDown();
}

} // namespace authcore
