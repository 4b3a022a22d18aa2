#pragma once

#include "authcore/exchange/tokenexchange.h"
#include "authcore/session/refreshmachine.h"
#include "authcore/session/refreshstory.h"
#include "authcore/session/sessionids.h"
#include "authcore/session/tokenvault.h"
#include "authcore/system/clock.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkInformation>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class SessionGate;

//! One refresh, from its beginning to its end: the lock between processes, its tries, the pauses
//! between them, its deadline, and its story. It performs the effects of the refresh machine and
//! tells the machine what came of them.
//!
//! Lifetime: `gate` and `vault` outlive it. Destroying it aborts what is under way; every callback
//!           may do that.
//! Thread:   the session's.
//! Errors:   as events of the machine; error() and story() say what happened.
//! Spec:     RFC 6749 section 6.
class RefreshRun : public QObject
{
    Q_OBJECT

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)
    //! What a run needs from its session.
    struct Parts
    {
        SessionGate &gate;
        TokenVault &vault;
        UniformRandom random;
        std::function<std::unique_ptr<TokenExchange>()> makeExchange;
        //! Is called with new tokens that arrive after abandon(), which nobody keeps.
        std::function<void(const BackendProfile &, const TokenSet &)> discardTokens;
    };

    RefreshRun(RefreshId id, Parts parts);
    ~RefreshRun() override;

    [[nodiscard]] RefreshId id() const noexcept { return m_id; }
    //! The error of the last try, or a time-out.
    [[nodiscard]] TokenError error() const;
    //! The same for requests: where another refresh would fail, its text names the settings.
    [[nodiscard]] TokenError errorForRequests() const;
    [[nodiscard]] RefreshStory story() const; //!< until now

    // The effects of the machine.

    void prepare(); //!< takes the lock and reads what is stored
    void startTry(int attempt);
    void backOff(int attempt);
    void store(const TokenSet &fresh);
    void rereadStore();

    //! Ends the pause between two tries, unless the server has set its length.
    void retryNow();
    //! What the caller of abandon() has to take care of, so that no unknown tokens stay valid.
    struct Abandoned
    {
        std::optional<TokenSet> unstored; //!< new tokens that were not stored
        std::unique_ptr<TokenExchange> exchange; //!< a try that may still bring tokens; null: none
    };
    [[nodiscard]] Abandoned abandon();
    //! Blocks until the try under way has ended, at most for `patience`. Only for the end of a
    //! program. Empty: the try brought no tokens, or not in time.
    [[nodiscard]] std::optional<TokenSet> waitForTokens(std::chrono::milliseconds patience);

private:
    void startDeadline();
    void lookIntoStore();
    void beginIfStorable();
    void tryFinished(int attempt, const TokenResult &result);
    void noteTry(int attempt, const EndpointTry &request, const std::optional<TokenError> &error);
    void apply(const machine::Event &event);
    void fail(const machine::Event &event);
    void applyFresh(const machine::Event &event, const TokenSet &fresh);
    [[nodiscard]] QString decisionAfter(const machine::Event &event, const TokenError &error) const;
    [[nodiscard]] TokenSet merged(const TokenSet &fresh) const;
    void watchNetwork() const;
    void onReachabilityChanged(QNetworkInformation::Reachability reachability);

    RefreshId m_id;
    Parts m_parts;
    SessionGate &m_gate;
    TokenVault &m_vault;
    std::unique_ptr<TokenExchange> m_exchange;
    std::optional<TokenSet> m_unstored; //!< the new tokens until they are stored
    QList<QNetworkCookie> m_sentCookies; //!< the cookies that the try carried
    std::unique_ptr<Clock::Timer> m_deadline;
    std::unique_ptr<Clock::Timer> m_retry;
    std::chrono::nanoseconds m_endsAt {}; //!< monotonic
    std::optional<TokenError> m_error;
    RefreshStory m_story;
};

} // namespace authcore
