#include "authcore/session/refreshrun.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/session/backoff.h"
#include "authcore/session/refreshdecision.h"
#include "authcore/session/sessiongate.h"
#include "authcore/session/tokenmerge.h"
#include "authcore/session/usabletokens.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

using Milliseconds = std::chrono::milliseconds;

namespace {

TokenError timedOut()
{
    return {TokenError::Code::TimedOut,
        RefreshRun::tr("The token endpoint did not answer in time."), {}, {}};
}

TokenError withDecision(TokenError error, const QString &decision)
{
    if (!error.isTransient())
        error.detail += u". "_s % decision;
    return error;
}

} // namespace

RefreshRun::RefreshRun(RefreshId id, Parts parts)
    : m_id(id)
    , m_parts(std::move(parts))
    , m_gate(m_parts.gate)
    , m_vault(m_parts.vault)
    , m_story {id}
{
}

RefreshRun::~RefreshRun() = default;

TokenError RefreshRun::error() const
{
    if (m_error)
        return *m_error;
    const QString holder = m_vault.whoHoldsTheLock();
    if (holder.isEmpty())
        return timedOut();
    return {TokenError::Code::TimedOut,
        tr("Another process has been refreshing for too long: %1.").arg(holder), {}, {}};
}

TokenError RefreshRun::errorForRequests() const
{
    return withDecision(error(), m_story.decision);
}

RefreshStory RefreshRun::story() const
{
    RefreshStory story = m_story;
    story.when = m_gate.clock().now();
    return story;
}

// Another process that shares the store must not refresh at the same time, and may have refreshed
// before.
void RefreshRun::prepare()
{
    startDeadline();
    const bool isShared = m_vault.lockForRefresh([run = QPointer(this)] {
        if (!run)
            return;
        run->startDeadline(); // the wait for another process does not count
        run->lookIntoStore();
    });
    if (!isShared)
        beginIfStorable();
}

void RefreshRun::startDeadline()
{
    const Milliseconds total = m_gate.profile()->policy.totalTimeout;
    m_endsAt = m_gate.clock().monotonic() + total;
    m_deadline = std::make_unique<Deadline>(
        m_gate.clock(), total, [this] { fail(machine::DeadlinePassed {}); });
}

void RefreshRun::lookIntoStore()
{
    m_vault.readShared([run = QPointer(this)](const TokenVault::Shared &shared) {
        if (!run)
            return;
        switch (shared.what) {
        case TokenVault::Shared::What::NoEntry:
            run->apply(machine::RereadFoundNoEntry {});
            break;
        case TokenVault::Shared::What::Newer:
            run->m_story.decision = decision::othersTokens();
            run->applyFresh(machine::RereadFoundNewer {}, shared.tokens);
            break;
        case TokenVault::Shared::What::Spent:
            run->m_gate.state().takeOver(shared.tokens, run->m_id);
            run->beginIfStorable();
            break;
        case TokenVault::Shared::What::Nothing:
            run->beginIfStorable();
            break;
        }
    });
}

// A refresh token from the store is sent only if the new one can be stored there. Otherwise the
// next reader of the store would send a token that is spent.
void RefreshRun::beginIfStorable()
{
    m_vault.checkWritable([run = QPointer(this)](const TokenStore::Done &problem) {
        if (!run)
            return;
        if (!problem) {
            run->apply(machine::RereadFoundNothing {});
            return;
        }
        run->m_error =
            TokenError {TokenError::Code::StoreUnwritable, problem->detail, std::nullopt, {}};
        run->fail(machine::DeadlinePassed {}); // nothing was sent
    });
}

void RefreshRun::startTry(int attempt)
{
    const auto profile = m_gate.profile();
    const auto left =
        std::chrono::duration_cast<Milliseconds>(m_endsAt - m_gate.clock().monotonic());
    m_gate.trace(trace::RefreshTrySent {m_id, attempt});
    m_story.tries = attempt;
    m_exchange = m_parts.makeExchange();
    // The tokens are read only here, inside the one refresh that runs.
    const TokenSet tokens = m_gate.tokens();
    const TokenGrant grant {tokens.refreshToken, tokens.userName, {}, tokens.accessToken,
        wireCookies(tokens, *profile), tokens.clientSecret, {}, {}, tokens.idToken};
    m_sentCookies = tokens.cookies;
    m_exchange->start(*profile, profile->refresh, grant,
        std::min<Milliseconds>(profile->policy.tryTimeout, std::max<Milliseconds>(left, 1ms)),
        [run = QPointer(this), attempt, exchange = m_exchange.get(),
            spent = refreshCredential(tokens, *profile), profile,
            discardTokens = m_parts.discardTokens](const TokenResult &result) {
            if (run && run->m_exchange.get() == exchange) {
                run->tryFinished(attempt, result);
                return;
            }
            exchange->deleteLater(); // abandoned
            const auto *fresh = std::get_if<TokenSet>(&result);
            const auto credential = fresh ? refreshCredential(*fresh, *profile) : QByteArray();
            if (!credential.isEmpty() && credential != spent)
                discardTokens(*profile, *fresh);
        });
}

void RefreshRun::tryFinished(int attempt, const TokenResult &result)
{
    const EndpointTry request = m_exchange->tried();
    TokenExchange *exchange = m_exchange.release();
    exchange->setParent(&m_gate); // so that it does not outlive the thread that has sent it
    exchange->deleteLater(); // this function is called by it
    if (const auto *tokens = std::get_if<TokenSet>(&result)) {
        noteTry(attempt, request, std::nullopt);
        m_story.decision = decision::newTokens();
        applyFresh(machine::TrySucceeded {}, merged(*tokens));
        return;
    }
    m_error = std::get<TokenError>(result);
    m_story.add(*m_error);
    noteTry(attempt, request, m_error);
    if (m_error->code == TokenError::Code::Rejected) {
        m_story.decision = decision::rejected(*m_error, *m_gate.profile());
        apply(machine::TryRejected {});
    } else if (m_error->isTransient()) {
        // The token has expired meanwhile, so the refresh is needed now.
        if (!m_gate.isTokenUsable())
            m_gate.state().apply(machine::RefreshWanted {machine::Urgency::Needed}, m_id);
        fail(machine::TryFailedForNow {});
    } else {
        fail(machine::TryMisconfigured {});
    }
}

// Adds a try that has ended to the story.
void RefreshRun::noteTry(
    int attempt, const EndpointTry &request, const std::optional<TokenError> &error)
{
    RefreshTry tried {attempt, request, {}, {}};
    std::optional<TokenError::Code> code;
    std::optional<int> status;
    if (error) {
        tried.error = code = error->code;
        tried.detail = error->detail;
        status = error->httpStatus;
        if (error->request)
            tried.request = *error->request;
    } else {
        tried.request.answerStart.clear(); // the answer is all secrets
    }
    m_story.add(tried);
    m_gate.trace(trace::RefreshTryFinished {
        m_id, attempt, code, status, std::make_shared<const RefreshStory>(story())});
}

void RefreshRun::backOff(int attempt)
{
    watchNetwork();
    const RefreshPolicy policy = m_gate.profile()->policy;
    const Milliseconds pause =
        retryPause(policy, attempt, m_parts.random(), m_error ? m_error->retryAfter : std::nullopt);
    if (!isTimeForTry(policy, m_endsAt - m_gate.clock().monotonic() - pause)) {
        fail(machine::DeadlinePassed {});
        return;
    }
    if (m_error)
        m_story.decision = decision::anotherTry(*m_error, pause);
    m_retry = m_gate.clock().after(pause, [this] { apply(machine::RetryDue {}); });
}

// Only the application loads a backend of QNetworkInformation, which starts threads and talks to
// other services.
void RefreshRun::watchNetwork() const
{
    if (auto *network = QNetworkInformation::instance())
        connect(network, &QNetworkInformation::reachabilityChanged, this,
            &RefreshRun::onReachabilityChanged, Qt::UniqueConnection);
}

void RefreshRun::onReachabilityChanged(QNetworkInformation::Reachability reachability)
{
    if (reachability == QNetworkInformation::Reachability::Online)
        retryNow();
}

void RefreshRun::retryNow()
{
    const bool hasServerSaidWhen = m_error && m_error->retryAfter;
    if (!m_retry || hasServerSaidWhen)
        return;
    m_retry.reset();
    apply(machine::RetryDue {});
}

void RefreshRun::store(const TokenSet &fresh)
{
    const auto profile = m_gate.profile();
    if (refreshCredential(fresh, *profile) != refreshCredential(m_gate.tokens(), *profile))
        m_unstored = fresh;
    m_vault.storeFresh(fresh, [run = QPointer(this)](const TokenStore::Done &done) {
        if (!run)
            return;
        if (done && done->code == StoreError::Code::Gone)
            run->apply(machine::RereadFoundNoEntry {}); // a refresh must not undo a sign-out
        else
            run->apply(machine::StoreDone {});
    });
}

void RefreshRun::rereadStore()
{
    m_vault.readAfterRejection([run = QPointer(this)](const TokenVault::Shared &shared) {
        if (!run)
            return;
        if (shared.what == TokenVault::Shared::What::Newer) {
            run->m_story.decision = decision::othersTokens();
            run->applyFresh(machine::RereadFoundNewer {}, shared.tokens);
        } else
            run->apply(machine::RereadFoundNothing {});
    });
}

RefreshRun::Abandoned RefreshRun::abandon()
{
    return {std::exchange(m_unstored, std::nullopt), std::move(m_exchange)};
}

std::optional<TokenSet> RefreshRun::waitForTokens(Milliseconds patience)
{
    const auto result = m_exchange ? m_exchange->waitFor(patience) : std::nullopt;
    const auto *fresh = result ? std::get_if<TokenSet>(&*result) : nullptr;
    return fresh ? std::optional(merged(*fresh)) : std::nullopt;
}

// The following three functions may destroy this, so they are called last.

void RefreshRun::apply(const machine::Event &event)
{
    m_gate.apply(event, m_id);
}

void RefreshRun::applyFresh(const machine::Event &event, const TokenSet &fresh)
{
    m_gate.state().applyFresh(event, m_id, fresh);
    m_gate.carryOut();
}

// A try or the whole refresh failed. The cool-down grows with the number of failures.
void RefreshRun::fail(const machine::Event &event)
{
    const TokenError error = this->error();
    if (!m_story.lastCause) // the deadline has passed before any try ended
        m_story.add(error);
    if (m_exchange)
        noteTry(m_story.tries, m_exchange->tried(), timedOut());
    const QString decision = decisionAfter(event, error);
    const Cooldown cooldown = cooldownAfter(
        {m_gate.state().failures(), std::holds_alternative<machine::TryMisconfigured>(event),
            m_error ? m_error->retryAfter : std::nullopt},
        m_gate.profile()->policy, m_parts.random());
    const auto now = m_gate.clock().monotonic();
    const machine::Effect effect = m_gate.state().applyFailure(
        event, m_id, {withDecision(error, decision), now + cooldown.early, now + cooldown.any});
    if (effect == machine::Effect::FailWaiters)
        m_story.decision = decision;
    m_gate.carryOut();
}

QString RefreshRun::decisionAfter(const machine::Event &event, const TokenError &error) const
{
    if (std::holds_alternative<machine::TryMisconfigured>(event))
        return decision::misconfigured(error, *m_gate.profile());
    if (std::holds_alternative<machine::TryFailedForNow>(event))
        return decision::later();
    if (error.code == TokenError::Code::StoreUnwritable)
        return decision::notSent();
    return decision::outOfTime(error, *m_gate.profile());
}

TokenSet RefreshRun::merged(const TokenSet &fresh) const
{
    return mergedTokens(
        fresh, m_gate.tokens(), m_sentCookies, *m_gate.profile(), m_gate.clock().nowInSeconds());
}

} // namespace authcore
