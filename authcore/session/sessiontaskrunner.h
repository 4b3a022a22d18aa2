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

//! Carries out, on the session's thread and in their order, the tasks that the transitions of its
//! state leave: begins and ends refreshes, ends sessions, and tells the application and the
//! managers.
//!
//! What is emitted is emitted last: slots call back, and what they cause is carried out at once.
//! Lifetime: a part of its AuthSession; what it is made with outlives it. Every signal may be
//!           answered by destroying the session.
//! Thread:   the session's.
class SessionTaskRunner : public QObject
{
    Q_OBJECT

public:
    using MakeExchange = std::function<std::unique_ptr<TokenExchange>()>; //!< one try of a refresh

    //! `http` sends revocations.
    SessionTaskRunner(SessionGate &gate, TokenVault &vault, HttpManagers &http,
        MakeExchange makeExchange, std::function<double()> random, QObject *parent);

    void carryOutTasks();
    //! The session has other tokens, not by a refresh: true after everybody but the application
    //! knows, false when a slot has changed them again.
    [[nodiscard]] bool tokensReplaced();
    [[nodiscard]] EarlyRefresh &early() { return m_early; }
    void retryNow(); //!< see RefreshRun::retryNow()
    //! See RefreshRun::waitForTokens().
    [[nodiscard]] std::optional<TokenSet> waitForTokens(std::chrono::milliseconds patience);

Q_SIGNALS: // AuthSession's, which says what they mean
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
    void idle(); //!< a refresh, or a session, has ended, and everybody has been told

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
    TokenRevoker m_revoker; //!< and owner of tries that nobody waits for
    EarlyRefresh m_early;
    std::unique_ptr<RefreshRun> m_run; //!< the refresh under way
    std::unique_ptr<Clock::Timer> m_verdict; //!< until a refused replay ends the session
};

} // namespace authcore
