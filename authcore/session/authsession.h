#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/session/refreshstory.h"
#include "authcore/session/sessionenums.h"
#include "authcore/session/sessionids.h"
#include "authcore/system/clock.h"
#include "authcore/system/export.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class HttpManagers;
class HttpThread;
class SessionGate;
class SessionTaskRunner;
class TokenVault;
class TraceSink;
struct NetworkSettings;

//! One signed-in account: owns its tokens and the one refresh that may run at a time.
//!
//! Any number of AuthNetworkAccessManagers share a session, in any threads. They report challenges;
//! the session decides about them and emits the outcome. Processes that share a store lock it while
//! one of them refreshes, and read it again inside the lock, so that none spends the refresh token
//! of another.
//!
//! Lifetime: `store` and `clock` outlive the session; the session outlives its managers and
//!           sign-ins. The destructor waits for the answer of a refresh under way and stores its
//!           tokens: it blocks, see setPatienceAtEnd(). It needs no event loop, but a
//!           QCoreApplication, since Qt delivers nothing to any thread without it. shutdown() waits
//!           without blocking.
//! Thread:   the session emits, refreshes and stores in its own thread, and starts another one that
//!           sends the requests of refreshes. Other threads may call the getters, except where a
//!           comment says otherwise. Slots of all signals may call any member, also signOut() and
//!           setTokens().
//! Errors:   refreshFailed() if a refresh failed and the session goes on, sessionEnded() if the
//!           session is over.
//! Spec:     RFC 6749 section 6; RFC 9700 section 4.14.
class AUTHCORE_EXPORT AuthSession : public QObject
{
    Q_OBJECT
    //! isSignedIn()
    Q_PROPERTY(bool signedIn READ isSignedIn NOTIFY stateChanged)
    //! isRefreshInProgress()
    Q_PROPERTY(bool refreshing READ isRefreshInProgress NOTIFY stateChanged)
    //! accountId()
    Q_PROPERTY(QString account READ accountId NOTIFY stateChanged)

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    //! Makes a manager that talks to token endpoints. Called in the session's thread, before the
    //! first sign-in, discovery or revocation, and in the thread that sends refreshes, before the
    //! first one; again after setNetworkSettings(). The session sets the proxy of its settings, if
    //! there is one, and gives each request their certificates.
    using MakeHttp = std::function<std::unique_ptr<QNetworkAccessManager>()>;

    //! A session for `profile` that keeps its tokens in `store`. Nobody is signed in until
    //! setTokens() or restore().
    AuthSession(BackendProfile profile, TokenStore &store, QObject *parent = nullptr);
    //! The same with network managers of the application. In their createRequest() they may add a
    //! header to each request of a sign-in, a refresh or a revocation. For a proxy or certificates
    //! see setNetworkSettings().
    AuthSession(BackendProfile profile, TokenStore &store, const MakeHttp &makeHttp,
        QObject *parent = nullptr);
    //! The same with another clock and another source of randomness, too, for tests.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        const MakeHttp &makeHttp, QObject *parent = nullptr);
    //! The same for simulations: `http` sends refreshes in the session's own thread, so the
    //! destructor cannot wait for an answer.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        std::unique_ptr<QNetworkAccessManager> http = std::make_unique<QNetworkAccessManager>(),
        QObject *parent = nullptr);
    ~AuthSession() override;

    [[nodiscard]] const BackendProfile &profile() const; //!< the session's thread only
    //! Replaces the profile. Ends the session if `profile` would send its tokens to other places
    //! than those for which they were obtained: endpoints, protected origins, header templates
    //! (TokenSet::places).
    void setProfile(BackendProfile profile);
    [[nodiscard]] int profileRevision() const; //!< counts the calls of setProfile()

    [[nodiscard]] TokenSet tokens() const; //!< empty when nobody is signed in
    //! TokenSet::accountId; empty if nobody is signed in, or if it is unknown.
    [[nodiscard]] QString accountId() const;
    [[nodiscard]] Generation generation() const; //!< of the present tokens, or of the last ones
    [[nodiscard]] TokenFamily tokenFamily() const; //!< of the present tokens, or of the last ones
    [[nodiscard]] bool isSignedIn() const; //!< the session has tokens
    //! Whether the session has an access token that is not known to have expired.
    [[nodiscard]] bool isTokenUsable() const;
    [[nodiscard]] bool isRestoring() const; //!< restore() is under way
    [[nodiscard]] bool isRefreshInProgress() const; //!< from refreshStarted() to its end
    [[nodiscard]] RefreshId currentRefresh() const; //!< RefreshId{} while none runs
    //! The error of the last write, if it failed; the session retries it. The session's thread
    //! only.
    [[nodiscard]] std::optional<StoreError> storeProblem() const;
    //! Whether all writes to the store are done; stored() is emitted then. The session's thread
    //! only.
    [[nodiscard]] bool isStored() const;
    //! The key under which the store has the tokens of `account` (TokenSet::userName). The
    //! session's thread only.
    [[nodiscard]] TokenKey keyFor(const QString &account) const;
    [[nodiscard]] Clock &clock() const; //!< the clock that was given, or the system's

    using Persistence = TokenPersistence; //!< see TokenPersistence
    //! The tokens to which setPersistence() applies.
    enum class Tokens {
        PresentAndNext, //!< the present ones, at once, and those of later sign-ins
        Next, //!< those of the next setTokens() and of later ones, so of the next sign-in
    };
    Q_ENUM(Tokens)
    //! Sets whether tokens are stored. Default: Store. MemoryOnly also removes the present tokens
    //! from the store, if `tokens` includes them.
    void setPersistence(Persistence persistence, Tokens tokens = Tokens::PresentAndNext);

    //! The longest time that the destructor waits for a refresh under way and for its tokens to be
    //! stored. Default: 2 s.
    void setPatienceAtEnd(std::chrono::milliseconds patience);

    //! Sets the receiver of all trace events, in the session's thread; nullptr: none. The sink
    //! outlives the session, or is replaced before its own end.
    void setTraceSink(TraceSink *sink);

    //! The settings that were set last. Any thread.
    [[nodiscard]] NetworkSettings networkSettings() const;
    //! Sets the certificates to trust and to show, and the proxy, for all later connections: those
    //! of sign-ins, discovery, refreshes and revocations, and those of the session's managers, see
    //! AuthNetworkAccessManager. A refresh or a sign-in under way keeps the old settings. It is best
    //! called before the first request, or while nobody is signed in. The session's thread only.
    void setNetworkSettings(const NetworkSettings &settings);

    //! Sends the requests of sign-ins and of Discovery. The session's thread only.
    [[nodiscard]] HttpManagers &http() const { return *m_http; }
    //! The interface for AuthNetworkAccessManager, usable from any thread.
    [[nodiscard]] SessionGate &gate() const { return *m_gate; }

public Q_SLOTS:
    // To be called in the session's thread; from another one with QMetaObject::invokeMethod().

    //! Replaces the tokens by those of a sign-in, of another store or of the application. Discards
    //! the answer of a refresh under way.
    void setTokens(const authcore::TokenSet &tokens);
    //! Loads the tokens of `account` (TokenSet::userName) from the store; emits restored() at the
    //! end.
    void restore(const QString &account);
    //! Removes the tokens from memory and from the store; emits sessionEnded(SignedOut) if somebody
    //! was signed in. If the profile names a revocation endpoint, the session also asks the server
    //! to revoke the tokens (RFC 7009), and nothing waits for the answer; the destructor aborts
    //! that request.
    void signOut();
    //! Makes room for another account or profile: removes the tokens from memory, but not from the
    //! store, where restore() finds them again. Revokes nothing. Waits for a refresh under way,
    //! since its tokens have to be stored. Emits left() at the end, after sessionEnded(Left) if
    //! somebody was signed in. A call of setTokens() before that cancels it. Tokens of
    //! Persistence::MemoryOnly are lost.
    void leave();
    //! Starts a refresh, also if the tokens are still valid; joins a refresh under way.
    void refreshNow();
    //! Emits signInRequired() unless it was emitted since the last sign-in or end of a session. Any
    //! thread.
    void requireSignIn(const QString &detail);
    //! Tells the session that the network is back: a refresh that waits between two tries is tried
    //! at once, unless the server has set the time of the next try. The session notices that itself
    //! if the program has loaded a backend of QNetworkInformation.
    void noteNetworkIsBack();
    //! Prepares for the end of the program: starts no further refresh, waits for the one under way
    //! and for its tokens to be stored, and then emits shutDown(), at the latest after `patience`.
    //! Requests use valid tokens until the end; those that need new tokens fail.
    void shutdown(std::chrono::milliseconds patience = std::chrono::seconds(10));

Q_SIGNALS:
    void stateChanged(); //!< a property changed; emitted before the signal that gives the reason
    void profileChanged(); //!< by setProfile()
    void refreshStarted(); //!< a refresh has begun, for any reason
    void tokensRefreshed(const authcore::TokenSet &tokens); //!< by a refresh
    void tokensReplaced(const authcore::TokenSet &tokens); //!< by setTokens() or restore()
    //! The refresh `refresh` failed, and the session goes on; `story` tells what happened. Replies
    //! that waited for the refresh finish after this signal.
    void refreshFailed(const authcore::TokenError &error, authcore::RefreshId refresh,
        const authcore::RefreshStory &story);
    //! Nobody is signed in any more. `detail` names the causes, for people; `story` tells of the
    //! refresh that led to the end, and is empty if there was none. Replies that waited for the
    //! session finish after this signal.
    void sessionEnded(
        authcore::EndReason reason, const QString &detail, const authcore::RefreshStory &story);
    void revoked(); //!< the server has revoked tokens: after signOut(), or of a discarded refresh
    //! The server did not revoke the tokens: they stay valid until they expire.
    void revocationFailed(const authcore::TokenError &error);
    //! Requests need a sign-in; `detail` gives the reason, for people.
    void signInRequired(const QString &detail);
    //! restore() has ended; `found`: the store had tokens that can be used. storeFailed() reports
    //! errors of the store.
    void restored(bool found);
    void left(); //!< leave() has ended, and nobody is signed in
    void shutDown(); //!< shutdown() has ended, or its time is over: the program can end
    //! All writes and removals are done, so that another process would see them.
    void stored();
    void storeFailed(const authcore::StoreError &error); //!< a read or a write; writes are retried
    void storeRecovered(); //!< the writes that had failed have succeeded

private:
    struct Parts
    {
        std::unique_ptr<Clock> ownClock; //!< null: the application gave one
        Clock &clock;
        UniformRandom random;
        std::unique_ptr<HttpManagers> http;
        std::unique_ptr<HttpThread> thread; //!< sends refreshes; null: `http` does
    };
    [[nodiscard]] static Parts ownParts(const MakeHttp &makeHttp);
    AuthSession(BackendProfile profile, TokenStore &store, Parts parts, QObject *parent);
    void connectParts();

    void loaded(const QString &account, const TokenStore::Loaded &found);
    [[nodiscard]] TokenSet completed(TokenSet tokens) const;
    enum class Source { Given, Store };
    [[nodiscard]] bool adopt(const TokenSet &tokens, Source source);
    void tellRestored(bool found);
    void leaveIfAsked();
    void shutDownIfAsked();
    void tellShutDown();

    std::unique_ptr<Clock> m_ownClock; //!< null: the application gave one
    Clock &m_clock;
    //! Used by nothing else, so that held requests cannot starve it.
    std::unique_ptr<HttpManagers> m_http;
    std::unique_ptr<HttpThread> m_thread; //!< sends refreshes; null: m_http does
    std::unique_ptr<SessionGate> m_gate; //!< holds the state that other threads read
    std::unique_ptr<TokenVault> m_vault;
    std::unique_ptr<SessionTaskRunner> m_runner;
    std::uint32_t m_restores = 0; //!< counts the calls of restore()
    bool m_isLeaving = false; //!< leave() waits for the refresh under way
    std::unique_ptr<Clock::Timer> m_shutdown; //!< until shutDown() at the latest
    std::chrono::milliseconds m_patienceAtEnd;
};

} // namespace authcore
