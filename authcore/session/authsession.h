#pragma once

#include "authcore/protocol/backendprofile.h"
#include "authcore/protocol/tokenexchange.h"
#include "authcore/session/clock.h"
#include "authcore/session/refreshmachine.h"
#include "authcore/session/tokenkeeper.h"
#include "authcore/session/traceevent.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>

#include <functional>
#include <memory>
#include <optional>

namespace authcore {

//! Tokens of one lineage were refreshed one from the other: they are of one account, known or not.
enum class Lineage : std::uint32_t {};

//! One signed-in account: owns its tokens and the one refresh that may run at a time.
//!
//! Any number of AuthNetworkAccessManagers share it. Requests tell it about challenges, it decides,
//! and its signals tell everybody how it went. Lifetime: `store` and `clock` outlive it; it
//! outlives its managers and sign-ins. Thread:   its own. Every signal may be answered with any
//! call, also signOut() and setTokens(). Errors:   refreshFailed() for bad luck (the session goes
//! on), sessionEnded() for the end of it.
class AuthSession : public QObject
{
    Q_OBJECT

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    AuthSession(BackendProfile profile, TokenStore &store, QObject *parent = nullptr);
    //! With time, chance and token endpoint of your own; for tests and simulations.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        std::unique_ptr<QNetworkAccessManager> http = std::make_unique<QNetworkAccessManager>(),
        QObject *parent = nullptr);
    ~AuthSession() override;

    [[nodiscard]] const BackendProfile &profile() const;
    //! Tokens that were obtained under other endpoints are not used any more: the session ends.
    void setProfile(BackendProfile profile);
    [[nodiscard]] int profileRevision() const { return m_profileRevision; } //!< counts setProfile()

    [[nodiscard]] TokenSet tokens() const; //!< empty when nobody is signed in
    [[nodiscard]] QString accountId() const; //!< TokenSet::accountId; empty: nobody, or unknown
    [[nodiscard]] Generation generation() const;
    //! Counts the token sets that came from outside: sign-ins, restores, setTokens(). Refreshes
    //! keep it.
    [[nodiscard]] Lineage lineage() const { return m_lineage; }
    [[nodiscard]] bool isSignedIn() const;
    [[nodiscard]] bool isRestoring() const { return m_restoring.has_value(); }
    [[nodiscard]] bool isRefreshInProgress() const;
    [[nodiscard]] RefreshId currentRefresh() const; //!< RefreshId{} while none runs
    [[nodiscard]] std::optional<StoreError>
    storeProblem() const; //!< the last save failed; it is retried
    [[nodiscard]] Clock &clock() const;
    [[nodiscard]] static QString textFor(EndReason reason); //!< for people

    //! Tokens are not stored from now on (Off), or again: "stay signed in".
    enum class Persistence { Store, MemoryOnly };
    void setPersistence(Persistence persistence);

    //! Hears everything; nullptr: nobody. The sink outlives this or is taken off before.
    void setTraceSink(TraceSink *sink);
    [[nodiscard]] bool isTraced() const noexcept { return m_sink != nullptr; }
    void trace(decltype(TraceEvent::what) what) const; //!< does nothing while nobody listens

    // What managers ask and say.

    enum class Admission { Send, Wait, NoSession };
    //! How much life a request wants its token to have left: RefreshPolicy::leeway or uploadLeeway.
    enum class Leeway : std::uint8_t { Usual, Upload };
    //! May a request leave now? Starts a refresh when the token is known to be at its end, unless
    //! `waitedFor` says that the request has already waited for the present generation.
    [[nodiscard]] Admission admit(Generation waitedFor, Leeway leeway = Leeway::Usual);
    //! A request sent with generation `sentWith` was challenged. WaitsForSignIn: nobody is signed
    //! in.
    [[nodiscard]] ChallengeOutcome challenged(Generation sentWith, Generation waitedFor);
    //! Puts the present access token on `request`. Nothing when nobody is signed in.
    void authorize(QNetworkRequest &request) const;
    //! admit() would say Send, and emit nothing.
    [[nodiscard]] bool isReady(Leeway leeway = Leeway::Usual) const;
    [[nodiscard]] bool isTokenUsable() const; //!< there is one, and it is not known to be expired
    //! Emits signInRequired() unless that was done since the last sign-in or session end.
    void requireSignIn(const QString &detail);
    [[nodiscard]] RequestId nextRequestId() { return RequestId {++m_lastRequest}; }

public Q_SLOTS:
    //! Takes tokens from a sign-in, another store or a person's hand. A refresh under way is
    //! discarded.
    void setTokens(const authcore::TokenSet &tokens);
    //! Loads what the store has for `account` (TokenSet::userName); ends in restored().
    void restore(const QString &account);
    //! Forgets the tokens here and in the store; ends in sessionEnded(SignedOut) if there was a
    //! session.
    void signOut();
    //! Refreshes now, whatever the tokens' expiry; joins a refresh under way.
    void refreshNow();

Q_SIGNALS:
    void profileChanged();
    void refreshStarted();
    void tokensRefreshed(const authcore::TokenSet &tokens); //!< by a refresh
    void tokensReplaced(const authcore::TokenSet &tokens); //!< by setTokens() or restore()
    void refreshFailed(const authcore::TokenError &error); //!< the session is kept
    void sessionEnded(authcore::EndReason reason, const QString &detail);
    //! Somebody has to sign in before anything can go on; `detail` says why, for people.
    void signInRequired(const QString &detail);
    void restored(bool found); //!< restore() is done; problems come by storeFailed()
    void storeFailed(const authcore::StoreError &error);
    void storeRecovered();

private:
    using Milliseconds = std::chrono::milliseconds;

    machine::Effect apply(const machine::Event &event);
    [[nodiscard]] std::optional<machine::Urgency> refreshNeed(Leeway leeway) const;
    [[nodiscard]] machine::RefreshToken refreshToken() const;
    [[nodiscard]] TokenKey keyFor(const QString &account) const;
    [[nodiscard]] bool belongsToProfile(const TokenSet &tokens) const;
    [[nodiscard]] TokenSet completed(TokenSet tokens) const;
    [[nodiscard]] TokenSet merged(TokenSet fresh) const;

    void startRefresh();
    void startTry();
    void tryFinished(const TokenResult &result);
    void scheduleRetry();
    void storeFresh();
    void reread();
    void announce();
    void failWaiters();
    void end(EndReason reason);
    void leaveRefresh();
    void adopt(const TokenSet &tokens);
    void loaded(const std::optional<TokenSet> &tokens);
    void persist(const TokenSet &tokens, std::function<void()> then);
    void relayKeeper();

    BackendProfile m_profile;
    int m_profileRevision = 0;
    std::unique_ptr<Clock> m_ownClock; //!< where none was given
    Clock &m_clock;
    UniformRandom m_random;
    TokenKeeper m_keeper;
    TraceSink *m_sink = nullptr;
    //! Of the refresh alone: held requests cannot starve it.
    std::unique_ptr<QNetworkAccessManager> m_http;

    machine::State m_state;
    TokenSet m_tokens;
    Lineage m_lineage {};
    bool m_trustExpiry = true; //!< false: expired at birth, so only a challenge is believed
    Persistence m_persistence = Persistence::Store;
    TokenKey m_key; //!< under which the tokens are stored
    std::optional<QString> m_restoring; //!< account that is being loaded
    bool m_signInAsked = false;
    std::optional<std::chrono::nanoseconds> m_coolUntil; //!< no early refresh before; monotonic

    // Of the refresh under way; every callback carries its id and is void once it has changed.
    RefreshId m_refresh {};
    std::uint32_t m_lastRefresh = 0;
    std::uint64_t m_lastRequest = 0;
    std::unique_ptr<TokenExchange> m_exchange;
    std::unique_ptr<Clock::Timer> m_deadline;
    std::unique_ptr<Clock::Timer> m_retry;
    std::chrono::nanoseconds m_refreshEnds {};
    std::optional<TokenError> m_lastError;
    TokenSet m_fresh; //!< while Storing, or what Rereading found
};

} // namespace authcore
