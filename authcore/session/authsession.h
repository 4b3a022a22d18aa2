#pragma once

#include "authcore/protocol/backendprofile.h"
#include "authcore/protocol/tokenerror.h"
#include "authcore/session/clock.h"
#include "authcore/session/refreshmachine.h"
#include "authcore/session/traceevent.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>

#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class TokenExchange;

//! One signed-in account: owns its tokens and the one refresh that may run at a time.
//!
//! Any number of AuthNetworkAccessManagers share it. Requests tell it about challenges, it decides, and
//! its signals tell everybody how it went.
//! Lifetime: `store` and `clock` outlive it; it outlives its managers and sign-ins.
//! Thread:   its own. Every signal may be answered with any call, also signOut() and setTokens().
//! Errors:   refreshFailed() for bad luck (the session goes on), sessionEnded() for the end of it.
class AuthSession : public QObject
{
    Q_OBJECT

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    AuthSession(BackendProfile profile, TokenStore &store, QObject *parent = nullptr);
    //! With time and chance of your own; for tests and simulations.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        QObject *parent = nullptr);
    ~AuthSession() override;

    [[nodiscard]] const BackendProfile &profile() const;
    //! Tokens that were obtained under other endpoints are not used any more: the session ends.
    void setProfile(BackendProfile profile);

    [[nodiscard]] TokenSet tokens() const; //!< empty when nobody is signed in
    [[nodiscard]] Generation generation() const;
    [[nodiscard]] bool isSignedIn() const;
    [[nodiscard]] bool isRefreshInProgress() const;
    [[nodiscard]] RefreshId currentRefresh() const; //!< RefreshId{} while none runs
    [[nodiscard]] std::optional<StoreError> storeProblem() const; //!< the last save failed; it is retried
    [[nodiscard]] Clock &clock() const;

    //! Tokens are not stored from now on (Off), or again: "stay signed in".
    enum class Persistence { Store, MemoryOnly };
    void setPersistence(Persistence persistence);

    //! Hears everything; nullptr: nobody. The sink outlives this or is taken off before.
    void setTraceSink(TraceSink *sink);
    [[nodiscard]] bool isTraced() const noexcept { return m_sink != nullptr; }
    void trace(decltype(TraceEvent::what) what) const; //!< does nothing while nobody listens

    // What managers ask and say.

    enum class Admission { Send, Wait, NoSession };
    //! May a request leave now? Starts a refresh when the token is known to be at its end, unless
    //! `waitedFor` says that the request has already waited for the present generation.
    [[nodiscard]] Admission admit(Generation waitedFor);
    //! A request sent with generation `sentWith` was challenged. \sa ChallengeOutcome
    [[nodiscard]] ChallengeOutcome challenged(Generation sentWith, Generation waitedFor);
    [[nodiscard]] RequestId nextRequestId();

public Q_SLOTS:
    //! Takes tokens from a sign-in, another store or a person's hand. A refresh under way is discarded.
    void setTokens(const authcore::TokenSet &tokens);
    //! Loads what the store has for `account` (TokenSet::userName); ends in restored().
    void restore(const QString &account);
    //! Forgets the tokens here and in the store; ends in sessionEnded(SignedOut) if there was a session.
    void signOut();
    //! Refreshes now, whatever the tokens' expiry; joins a refresh under way.
    void refreshNow();

Q_SIGNALS:
    void refreshStarted();
    void tokensRefreshed(const authcore::TokenSet &tokens); //!< by a refresh
    void tokensReplaced(const authcore::TokenSet &tokens); //!< by setTokens() or restore()
    void refreshFailed(const authcore::TokenError &error); //!< the session is kept
    void refreshDiscarded(); //!< a refresh ended without an answer that counts; follows or precedes nothing
    void sessionEnded(authcore::EndReason reason, const QString &detail);
    //! Somebody has to sign in before anything can go on; `detail` says why, for people.
    void signInRequired(const QString &detail);
    void restored(bool found); //!< restore() is done; problems come by storeFailed()
    void storeFailed(const authcore::StoreError &error);
    void storeRecovered();
};

} // namespace authcore
