#include "authcore/session/sessiontaskrunner.h"

#include "authcore/exchange/tokenplaces.h"
#include "authcore/session/logging.h"
#include "authcore/session/sessiongate.h"
#include "authcore/session/tokenvault.h"
#include "authcore/session/usabletokens.h"

#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

SessionTaskRunner::SessionTaskRunner(SessionGate &gate, TokenVault &vault, HttpManagers &http,
    MakeExchange makeExchange, std::function<double()> random, QObject *parent)
    : QObject(parent)
    , m_gate(gate)
    , m_vault(vault)
    , m_makeExchange(std::move(makeExchange))
    , m_random(random)
    , m_revoker(http, gate.clock(), this)
    , m_early(gate, std::move(random))
{
    connect(&m_gate, &SessionGate::tasksLeft, this, &SessionTaskRunner::carryOutTasks);
    connect(&m_revoker, &TokenRevoker::revoked, this, &SessionTaskRunner::revoked);
    connect(&m_revoker, &TokenRevoker::failed, this, &SessionTaskRunner::revocationFailed);
}

void SessionTaskRunner::carryOutTasks()
{
    const QPointer alive(this);
    while (alive) {
        const std::optional<SessionTask> task = m_gate.state().takeTask();
        if (!task)
            return;
        if (const auto *ask = std::get_if<AskForSignIn>(&*task)) {
            qCInfo(sessionLog) << "sign-in required:" << ask->detail;
            Q_EMIT signInRequired(ask->detail);
        } else if (const auto *cookies = std::get_if<KeepCookies>(&*task))
            m_vault.keepCookies(cookies->before);
        else if (const auto *undecided = std::get_if<AwaitVerdict>(&*task))
            awaitVerdict(undecided->generation);
        else if (std::holds_alternative<RefusalsSettled>(*task))
            Q_EMIT m_gate.refusalsSettled();
        else
            perform(std::get<PerformEffect>(*task));
    }
}

void SessionTaskRunner::awaitVerdict(Generation generation)
{
    m_verdict = m_gate.clock().after(m_gate.profile()->policy.tryTimeout, [this, generation] {
        m_gate.state().verdictDue(generation);
        carryOutTasks();
    });
}

void SessionTaskRunner::perform(const PerformEffect &task)
{
    switch (task.effect) {
    case machine::Effect::None:
    case machine::Effect::Join:
    case machine::Effect::Replay:
    case machine::Effect::Deliver:
    case machine::Effect::Adopt:
        break;
    case machine::Effect::DiscardAndAdopt:
        discardRefresh();
        break;
    case machine::Effect::DiscardAndEnd: {
        const RefreshStory discarded = story();
        discardRefresh();
        endSession(task, discarded);
        break;
    }
    case machine::Effect::End:
        endSession(task, story());
        break;
    case machine::Effect::StartRefresh:
        startRefresh(task.refresh);
        break;
    case machine::Effect::StartTry:
        m_run->startTry(task.attempt);
        break;
    case machine::Effect::BackOff:
        m_run->backOff(task.attempt);
        break;
    case machine::Effect::Store:
        m_run->store(task.tokens);
        break;
    case machine::Effect::Reread:
        m_run->rereadStore();
        break;
    case machine::Effect::Announce:
        tellRefreshed(task);
        break;
    case machine::Effect::FailWaiters:
        tellRefreshFailed();
        break;
    }
}

void SessionTaskRunner::startRefresh(RefreshId refresh)
{
    if (refresh != m_gate.snapshot().refresh)
        return; // a call has discarded the refresh before it began
    m_run = std::make_unique<RefreshRun>(refresh,
        RefreshRun::Parts {m_gate, m_vault, m_random, m_makeExchange,
            [revoker = QPointer(&m_revoker)](
                const BackendProfile &profile, const TokenSet &unwanted) {
                if (revoker)
                    revoker->revoke(profile, unwanted);
            }});
    m_early.disarm();
    qCInfo(sessionLog) << "refresh" << quint32(refresh) << "started";
    m_gate.trace(trace::RefreshStarted {refresh, m_gate.snapshot().generation});
    const QPointer alive(this);
    m_run->prepare();
    if (alive)
        Q_EMIT m_gate.refreshStarted();
    if (alive)
        Q_EMIT stateChanged();
    if (alive)
        Q_EMIT refreshStarted();
}

void SessionTaskRunner::tellRefreshed(const PerformEffect &task)
{
    m_vault.refreshAnnounced();
    qCInfo(sessionLog) << "refresh" << quint32(task.refresh) << "brought new tokens";
    m_gate.trace(trace::RefreshFinished {task.refresh, std::nullopt, m_gate.snapshot().generation,
        std::make_shared<const RefreshStory>(story())});
    leaveRefresh();
    const QPointer alive(this);
    Q_EMIT m_gate.tokensRefreshed();
    if (alive)
        Q_EMIT stateChanged();
    if (alive)
        Q_EMIT tokensRefreshed(task.tokens);
    if (alive)
        m_early.tokensChanged();
    if (alive)
        Q_EMIT idle();
}

void SessionTaskRunner::tellRefreshFailed()
{
    const TokenError error = m_run->error();
    const TokenError errorForRequests = m_run->errorForRequests();
    const RefreshStory failed = m_run->story();
    const RefreshId refresh = m_run->id();
    m_gate.trace(trace::RefreshFinished {refresh, error.code, m_gate.snapshot().generation,
        std::make_shared<const RefreshStory>(failed)});
    qCInfo(sessionLog) << "refresh" << quint32(refresh) << "failed:" << failed.toString();
    leaveRefresh();
    const QPointer alive(this);
    Q_EMIT m_gate.refreshOver();
    Q_EMIT stateChanged();
    if (alive)
        Q_EMIT refreshFailed(error, refresh, failed);
    if (alive)
        Q_EMIT m_gate.refreshFailed(errorForRequests, refresh);
    if (alive)
        m_early.arm();
    if (alive)
        Q_EMIT idle();
}

void SessionTaskRunner::endSession(const PerformEffect &task, const RefreshStory &story)
{
    if (m_run)
        m_gate.trace(trace::RefreshFinished {m_run->id(), TokenError::Code::Rejected,
            m_gate.snapshot().generation, std::make_shared<const RefreshStory>(story)});
    abandonRefresh();
    const bool isSignOut = task.reason == EndReason::SignedOut;
    const bool isLeft = task.reason == EndReason::Left;
    m_vault.sessionEnded(isSignOut ? TokenVault::Ending::SignedOut
            : isLeft               ? TokenVault::Ending::Left
                                   : TokenVault::Ending::Lost,
        task.key, task.tokens);
    const auto profile = m_gate.profile();
    if (isSignOut && changedPlaces(task.tokens, *profile).isEmpty()) // never to another server
        m_revoker.revoke(*profile, task.tokens);
    leaveRefresh();
    m_early.disarm();
    m_gate.trace(trace::SessionEnded {task.reason});
    const QString detail = detailOfEnd(task, story);
    qCInfo(sessionLog) << "session ended:" << task.reason << detail;
    const QPointer alive(this);
    Q_EMIT m_gate.refreshOver();
    Q_EMIT stateChanged();
    if (alive)
        Q_EMIT sessionEnded(task.reason, detail, story);
    if (alive)
        Q_EMIT m_gate.sessionEnded(task.reason);
    if (!alive.isNull() && !m_gate.snapshot().isSignedIn && !isSignOut && !isLeft)
        m_gate.requireSignIn(detail);
    if (alive)
        Q_EMIT idle();
}

// Names the changed places if the profile was changed, and the causes if a refresh failed.
QString SessionTaskRunner::detailOfEnd(const PerformEffect &task, const RefreshStory &story) const
{
    QString detail = task.reason == EndReason::ProfileChanged
        ? profileChangedText(task.tokens, *m_gate.profile())
        : textFor(task.reason);
    if (task.reason == EndReason::SignedOut || task.reason == EndReason::Left)
        return detail;
    if (const QString causes = story.toString(); !causes.isEmpty())
        detail += u' ' % causes;
    return detail;
}

bool SessionTaskRunner::tokensReplaced()
{
    const auto adopted = m_gate.snapshot().tokenFamily;
    const QPointer alive(this);
    const auto isOvertaken = [&alive, adopted] {
        if (!alive)
            return true;
        const auto now = alive->m_gate.snapshot();
        return now.tokenFamily != adopted || !now.isSignedIn;
    };
    carryOutTasks();
    if (isOvertaken())
        return false;
    m_gate.trace(trace::TokensReplaced {m_gate.snapshot().generation});
    qCInfo(sessionLog) << "signed in, generation" << quint32(m_gate.snapshot().generation);
    m_early.tokensChanged();
    if (alive)
        Q_EMIT m_gate.tokensReplaced();
    if (alive)
        Q_EMIT stateChanged();
    return !isOvertaken();
}

void SessionTaskRunner::retryNow()
{
    if (m_run)
        m_run->retryNow();
}

std::optional<TokenSet> SessionTaskRunner::waitForTokens(std::chrono::milliseconds patience)
{
    return m_run ? m_run->waitForTokens(patience) : std::nullopt;
}

RefreshStory SessionTaskRunner::story() const
{
    if (m_run)
        return m_run->story();
    RefreshStory none;
    none.when = m_gate.clock().now();
    return none;
}

void SessionTaskRunner::discardRefresh()
{
    if (m_run)
        m_gate.trace(trace::RefreshDiscarded {m_run->id()});
    abandonRefresh();
    leaveRefresh();
    QMetaObject::invokeMethod(this, &SessionTaskRunner::idle, Qt::QueuedConnection);
}

// Revokes the tokens that the refresh has brought or will bring: nobody keeps them, so they must
// not stay valid.
void SessionTaskRunner::abandonRefresh()
{
    const auto profile = m_gate.profile();
    if (!m_run || profile->revocation.url.isEmpty())
        return;
    RefreshRun::Abandoned abandoned = m_run->abandon();
    if (abandoned.unstored && changedPlaces(*abandoned.unstored, *profile).isEmpty())
        m_revoker.revoke(*profile, *abandoned.unstored);
    if (abandoned.exchange)
        abandoned.exchange.release()->setParent(&m_revoker); // see RefreshRun::startTry()
}

void SessionTaskRunner::leaveRefresh()
{
    m_run.reset();
    m_vault.refreshOver();
}

} // namespace authcore
