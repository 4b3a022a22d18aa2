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
//! Any number of AuthNetworkAccessManagers share it, in any threads. They tell it about challenges,
//! it decides, and its signals tell everybody what came of them. A store that other processes share
//! is locked while a refresh runs and read again inside the lock, so that processes do not spend
//! each other's refresh token.
//!
//! Lifetime: `store` and `clock` outlive it; it outlives its managers and sign-ins. An answer with
//!           new tokens that is under way when it is destroyed is waited for and stored: the
//!           destructor blocks, see setPatienceAtEnd(). That needs no event loop, but it needs
//!           QCoreApplication, since Qt delivers nothing to any thread without it. shutdown() does
//!           the same without blocking.
//! Thread:   its own, where it also emits, refreshes and stores; the requests of a refresh are sent
//!           by a thread that it starts. From any other thread: the getters, where they do not say
//!           otherwise. Every signal may be answered with any call, also signOut() and setTokens().
//! Errors:   refreshFailed() where a refresh did not work out and the session goes on,
//!           sessionEnded() for the end of it.
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

    //! Of `profile`, kept in `store`; signed out until setTokens() or restore().
    AuthSession(BackendProfile profile, TokenStore &store, QObject *parent = nullptr);
    //! The same with managers of your own, which may add a header to each request of a sign-in, a
    //! refresh or a revocation in their createRequest(). For a proxy or certificates see
    //! setNetworkSettings().
    AuthSession(BackendProfile profile, TokenStore &store, const MakeHttp &makeHttp,
        QObject *parent = nullptr);
    //! The same with a clock and randomness of your own as well, for tests.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        const MakeHttp &makeHttp, QObject *parent = nullptr);
    //! Sends refreshes from its own thread by `http`, for tests and simulations. The destructor
    //! then cannot wait for an answer.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        std::unique_ptr<QNetworkAccessManager> http = std::make_unique<QNetworkAccessManager>(),
        QObject *parent = nullptr);
    ~AuthSession() override;

    [[nodiscard]] const BackendProfile &profile() const; //!< its own thread only
    //! Tokens belong to the places that saw them when they were obtained: endpoints, protected
    //! origins, header templates (TokenSet::places). Where `profile` has others, they are not used
    //! any more: the session ends.
    void setProfile(BackendProfile profile);
    [[nodiscard]] int profileRevision() const; //!< counts setProfile()

    [[nodiscard]] TokenSet tokens() const; //!< empty when nobody is signed in
    [[nodiscard]] QString accountId() const; //!< TokenSet::accountId; empty: nobody, or unknown
    [[nodiscard]] Generation generation() const; //!< of the present tokens, or of the last ones
    [[nodiscard]] TokenFamily tokenFamily() const; //!< of the present tokens, or of the last ones
    [[nodiscard]] bool isSignedIn() const; //!< there are tokens
    [[nodiscard]] bool isTokenUsable() const; //!< there is one, and it is not known to be expired
    [[nodiscard]] bool isRestoring() const; //!< restore() is under way
    [[nodiscard]] bool isRefreshInProgress() const; //!< from refreshStarted() to its end
    [[nodiscard]] RefreshId currentRefresh() const; //!< RefreshId{} while none runs
    //! The last save failed; it is retried. Its own thread only.
    [[nodiscard]] std::optional<StoreError> storeProblem() const;
    //! Whether all that has to be stored is stored; stored() tells when. Its own thread only.
    [[nodiscard]] bool isStored() const;
    //! Under which the tokens of `account` (TokenSet::userName) are stored. Its own thread only.
    [[nodiscard]] TokenKey keyFor(const QString &account) const;
    [[nodiscard]] Clock &clock() const; //!< as given, or the machine's

    using Persistence = TokenPersistence; //!< see TokenPersistence
    //! For which tokens setPersistence() counts.
    enum class Tokens {
        PresentAndNext, //!< for the present ones at once, and for those of later sign-ins
        Next, //!< from the next setTokens() on, so from the success of a sign-in
    };
    Q_ENUM(Tokens)
    //! Store unless set. MemoryOnly also removes what is stored of the present tokens.
    void setPersistence(Persistence persistence, Tokens tokens = Tokens::PresentAndNext);

    //! How long the destructor waits at most for an answer under way and for what it brings to be
    //! stored. 2 s unless set.
    void setPatienceAtEnd(std::chrono::milliseconds patience);

    //! Hears everything, on the session's thread; nullptr: nobody. The sink outlives this, or is
    //! removed before.
    void setTraceSink(TraceSink *sink);

    //! As set last; from any thread.
    [[nodiscard]] NetworkSettings networkSettings() const;
    //! Whom to trust, and through which proxy to go, for all connections from now on: those of
    //! sign-ins, discovery, refreshes and revocations, and those of this session's managers, see
    //! AuthNetworkAccessManager. A refresh or sign-in under way goes on as it began. Best called
    //! before the first request, or while nobody is signed in. Its own thread only.
    void setNetworkSettings(const NetworkSettings &settings);

    //! For sign-ins and Discovery: sends their requests. Its own thread only.
    [[nodiscard]] HttpManagers &http() const { return *m_http; }
    //! For AuthNetworkAccessManager: what it asks and says, from any thread.
    [[nodiscard]] SessionGate &gate() const { return *m_gate; }

public Q_SLOTS:
    // On its own thread; from another one by QMetaObject::invokeMethod().

    //! Takes tokens from a sign-in, another store or a person's hand. The answer of a refresh under
    //! way is discarded.
    void setTokens(const authcore::TokenSet &tokens);
    //! Loads what the store has for `account` (TokenSet::userName); ends in restored().
    void restore(const QString &account);
    //! Forgets the tokens here and in the store; ends in sessionEnded(SignedOut) if there was a
    //! session. Where the profile can, the server is told to forget them as well (RFC 7009), which
    //! nothing waits for; destroying the session aborts it.
    void signOut();
    //! Makes room for another account or profile: forgets the tokens here, not in the store, where
    //! restore() finds them again. Nothing is revoked. A refresh under way is waited for, since its
    //! tokens have to be stored. Ends in left(), after sessionEnded(Left) if there was a session;
    //! setTokens() meanwhile overrides it. Tokens of Persistence::MemoryOnly are lost.
    void leave();
    //! Refreshes now, whatever the tokens' expiry; joins a refresh under way.
    void refreshNow();
    //! Emits signInRequired() unless that was done since the last sign-in or session end. From any
    //! thread.
    void requireSignIn(const QString &detail);
    //! The network is there again: a refresh that waits to be tried again is tried at once, unless
    //! the server has said when. Happens by itself where the program has loaded a backend of
    //! QNetworkInformation.
    void noteNetworkIsBack();
    //! Gets ready for the end of the program: starts no refresh any more, lets one under way finish
    //! and be stored, and emits shutDown() then, at the latest after `patience`. Tokens that are
    //! good are still used; requests that need new ones fail.
    void shutdown(std::chrono::milliseconds patience = std::chrono::seconds(10));

Q_SIGNALS:
    void stateChanged(); //!< of the properties; before the signal that says why
    void profileChanged(); //!< by setProfile()
    void refreshStarted(); //!< by whatever needed one
    void tokensRefreshed(const authcore::TokenSet &tokens); //!< by a refresh
    void tokensReplaced(const authcore::TokenSet &tokens); //!< by setTokens() or restore()
    //! The session is kept; `refresh` is the one that failed, `story` is all that happened in it.
    //! Replies that waited for it finish after this.
    void refreshFailed(const authcore::TokenError &error, authcore::RefreshId refresh,
        const authcore::RefreshStory &story);
    //! The tokens are gone. `detail` is for people and names the causes; `story` is of the refresh
    //! that led to this, and empty where none did. Replies that waited for the session finish after
    //! this.
    void sessionEnded(
        authcore::EndReason reason, const QString &detail, const authcore::RefreshStory &story);
    void revoked(); //!< after signOut(), or for tokens that nobody waited for: the server says so
    //! The server could not be told; tokens that are forgotten here stay valid until they expire.
    void revocationFailed(const authcore::TokenError &error);
    //! Somebody has to sign in before anything can go on; `detail` says why, for people.
    void signInRequired(const QString &detail);
    void restored(bool found); //!< restore() is done; problems come by storeFailed()
    void left(); //!< leave() is done: nobody is signed in here
    void shutDown(); //!< shutdown() is done, or has taken too long: the program can end now
    void
    stored(); //!< all that had to be stored is stored, or removed: another process would see it
    void storeFailed(const authcore::StoreError &error); //!< it is tried again
    void storeRecovered(); //!< what failed is stored now

private:
    struct Parts
    {
        std::unique_ptr<Clock> ownClock; //!< where none was given
        Clock &clock;
        UniformRandom random;
        std::unique_ptr<HttpManagers> http;
        std::unique_ptr<HttpThread> thread; //!< null: `http` sends refreshes, too
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

    std::unique_ptr<Clock> m_ownClock; //!< where none was given
    Clock &m_clock;
    //! Of the session alone: held requests cannot starve it.
    std::unique_ptr<HttpManagers> m_http;
    std::unique_ptr<HttpThread> m_thread; //!< sends refreshes; null: m_http does
    std::unique_ptr<SessionGate> m_gate; //!< with all that other threads see
    std::unique_ptr<TokenVault> m_vault;
    std::unique_ptr<SessionTaskRunner> m_runner;
    std::uint32_t m_restores = 0; //!< counts them, and whatever overtakes one
    bool m_isLeaving = false; //!< leave() waits for the refresh under way
    std::unique_ptr<Clock::Timer> m_shutdown; //!< until shutDown() at the latest
    std::chrono::milliseconds m_patienceAtEnd;
};

} // namespace authcore
