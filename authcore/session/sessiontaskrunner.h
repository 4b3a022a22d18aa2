#pragma once

#include "authcore/exchange/tokenexchange.h"
#include "authcore/session/earlyrefresh.h"
#include "authcore/session/refreshrun.h"
#include "authcore/session/sessiontasks.h"
#include "authcore/session/tokenrevoker.h"
#include "authcore/system/clock.h"

#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class HttpManagers;
class SessionGate;
class TokenVault;

//! Carries out the tasks that SessionState queues, in their order: begins and ends refreshes, ends
//! sessions, and emits the signals for the application and the managers.
//!
//! Each task emits last, because slots may call the session, which carries out new tasks at once.
//!
//! Lifetime: a part of its AuthSession; the arguments of the constructor outlive it. Slots of all
//!           signals may destroy the session.
//! Thread:   the session's.
class SessionTaskRunner : public QObject
{
    Q_OBJECT

public:
    using MakeExchange = std::function<std::unique_ptr<TokenExchange>()>; //!< one try of a refresh

    //! `http` sends revocations; `makeExchange` makes the exchange of each try.
    SessionTaskRunner(SessionGate &gate, TokenVault &vault, HttpManagers &http,
        MakeExchange makeExchange, std::function<double()> random, QObject *parent);

    void carryOutTasks(); //!< all that are queued
    //! Emits that tokens were replaced by others than those of a refresh, except
    //! AuthSession::tokensReplaced(). Returns false if a slot has replaced or removed them since.
    [[nodiscard]] bool tokensReplaced();
    [[nodiscard]] EarlyRefresh &early() { return m_early; }
    void retryNow(); //!< see RefreshRun::retryNow()
    //! See RefreshRun::waitForTokens().
    [[nodiscard]] std::optional<TokenSet> waitForTokens(std::chrono::milliseconds patience);

Q_SIGNALS: // described in AuthSession, which emits the same ones
    void stateChanged();
    void refreshStarted();
    void tokensRefreshed(const authcore::TokenSet &tokens);
    void refreshFailed(const authcore::TokenError &error, authcore::RefreshId refresh,
        const authcore::RefreshStory &story);
    void sessionEnded(
        authcore::EndReason reason, const QString &detail, const authcore::RefreshStory &story);
    void signInRequired(const QString &detail);
    void revoked();
    void revocationFailed(const authcore::TokenError &error);
    void idle(); //!< a refresh or a session has ended; emitted after all signals about that

private:
    void perform(const PerformEffect &task);
    void startRefresh(RefreshId refresh);
    void tellRefreshed(const PerformEffect &task);
    void tellRefreshFailed();
    void endSession(const PerformEffect &task, const RefreshStory &story);
    [[nodiscard]] QString detailOfEnd(const PerformEffect &task, const RefreshStory &story) const;
    void discardRefresh();
    void abandonRefresh();
    void leaveRefresh();
    void awaitVerdict(Generation generation);
    [[nodiscard]] RefreshStory story() const;

    SessionGate &m_gate;
    TokenVault &m_vault;
    MakeExchange m_makeExchange;
    std::function<double()> m_random;
    TokenRevoker m_revoker; //!< also the parent of tries that were abandoned
    EarlyRefresh m_early;
    std::unique_ptr<RefreshRun> m_run; //!< the refresh under way
    std::unique_ptr<Clock::Timer> m_verdict; //!< until SessionState::verdictDue()
};

} // namespace authcore
