#pragma once

#include "authcore/exchange/tokenexchange.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/session/refreshstory.h"
#include "authcore/session/sessionstate.h"
#include "authcore/session/tokenkeeper.h"
#include "authcore/session/traceevent.h"
#include "authcore/system/clock.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class HttpThread;
class RefreshLock;
class TokenRevoker;

//! One signed-in account: owns its tokens and the one refresh that may run at a time.
//!
//! Any number of AuthNetworkAccessManagers share it, in any threads. Requests tell it about
//! challenges, it decides, and its signals tell everybody how it went. A store that other processes
//! share is locked while a refresh runs and reread inside the lock, so that processes do not spend
//! each other's refresh token.
//!
//! Lifetime: `store` and `clock` outlive it; it outlives its managers and sign-ins. An answer with
//!           new tokens that is under way when it is destroyed is waited for and stored: the
//!           destructor blocks, see setPatienceAtEnd(). That needs no event loop, but it needs
//!           QCoreApplication, since Qt delivers nothing to any thread without it. shutdown() does
//!           the same without blocking.
//! Thread:   its own, where it also emits, refreshes and stores; the requests of a refresh are sent
//!           by a thread that it starts. From any other: the getters, and what managers ask and
//!           say. Every signal may be answered with any call, also signOut() and setTokens().
//! Errors:   refreshFailed() for bad luck (the session goes on), sessionEnded() for the end of it.
//! Source:   RFC 6749 section 6; RFC 9700 section 4.14.
class AuthSession : public QObject
{
    Q_OBJECT

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    //! Makes the manager that talks to the token endpoint. Called in the thread that sends
    //! refreshes when the first one is sent, and once in the session's thread, for revocations.
    using MakeHttp = std::function<std::unique_ptr<QNetworkAccessManager>()>;

    //! Of `profile`, kept in `store`; signed out until setTokens() or restore().
    AuthSession(BackendProfile profile, TokenStore &store, QObject *parent = nullptr);
    //! The same with a clock, chance and managers of your own.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        MakeHttp makeHttp, QObject *parent = nullptr);
    //! Sends refreshes from its own thread by `http`, for tests and simulations. The destructor
    //! then cannot wait for an answer.
    AuthSession(BackendProfile profile, TokenStore &store, Clock &clock, UniformRandom random,
        std::unique_ptr<QNetworkAccessManager> http = std::make_unique<QNetworkAccessManager>(),
        QObject *parent = nullptr);
    ~AuthSession() override;

    [[nodiscard]] const BackendProfile &profile() const; //!< its own thread only
    //! From any thread; what it returns never changes.
    [[nodiscard]] std::shared_ptr<const BackendProfile> sharedProfile() const;
    //! Tokens belong to the places that saw them when they were obtained: endpoints, protected
    //! origins, header templates (TokenSet::places). Where `profile` has others, they are not used
    //! any more: the session ends.
    void setProfile(BackendProfile profile);
    [[nodiscard]] int profileRevision() const; //!< counts setProfile()

    [[nodiscard]] TokenSet tokens() const; //!< empty when nobody is signed in
    [[nodiscard]] QString accountId() const; //!< TokenSet::accountId; empty: nobody, or unknown
    [[nodiscard]] Generation generation() const; //!< of the present tokens, or of the last ones
    //! Counts the token sets that came from outside: sign-ins, restores, setTokens(). Refreshes
    //! keep it.
    [[nodiscard]] TokenFamily tokenFamily() const;
    [[nodiscard]] bool isSignedIn() const; //!< there are tokens
    [[nodiscard]] bool isRestoring() const; //!< restore() is under way
    [[nodiscard]] bool isRefreshInProgress() const; //!< from refreshStarted() to its end
    [[nodiscard]] RefreshId currentRefresh() const; //!< RefreshId{} while none runs
    //! The last save failed; it is retried. Its own thread only.
    [[nodiscard]] std::optional<StoreError> storeProblem() const;
    //! Under which the tokens of `account` (TokenSet::userName) are stored. Its own thread only.
    [[nodiscard]] TokenKey keyFor(const QString &account) const;
    [[nodiscard]] Clock &clock() const; //!< as given, or the machine's
    [[nodiscard]] static QString textFor(EndReason reason); //!< for people

    //! Whether tokens outlive the application: "stay signed in".
    enum class Persistence {
        Store, //!< they are stored
        MemoryOnly, //!< from now on they are not, and what is stored of ours is removed
    };
    //! Store unless set. Counts for the present tokens at once.
    void setPersistence(Persistence persistence);
    //! Counts from the next setTokens() on, so from the success of a sign-in: one that fails leaves
    //! the present tokens where they are. setPersistence() overrides it.
    void setNextPersistence(Persistence persistence);

    //! How long the destructor waits at most for an answer under way and for what it brings to be
    //! stored. 2 s unless set.
    void setPatienceAtEnd(std::chrono::milliseconds patience);

    //! Hears everything, on the session's thread; nullptr: nobody. The sink outlives this or is
    //! taken off before.
    void setTraceSink(TraceSink *sink);
    //! Somebody listens to trace().
    [[nodiscard]] bool isTraced() const noexcept { return m_sink.load() != nullptr; }
    void trace(decltype(TraceEvent::what) what) const; //!< does nothing while nobody listens

    // What managers ask and say, from any thread.

    //! How things stand.
    using Snapshot = SessionState::Snapshot;
    [[nodiscard]] Snapshot snapshot() const; //!< see SessionState::Snapshot
    //! What admit() says.
    using Admission = SessionState::Admission;
    using Leeway = SessionState::Leeway; //!< how much life a token must have left
    //! May a request leave now, and with which token? Starts a refresh when the token is known to
    //! be at its end, unless the request was already held for the one that made it.
    [[nodiscard]] Admission admit(RefreshId heldFor, Leeway leeway = Leeway::Usual);
    //! What challenged() says.
    using ChallengeDecision = SessionState::ChallengeDecision;
    using Challenge = SessionState::Challenge; //!< a request that came back with a challenge
    //! What is to become of it. WaitsForSignIn: nobody is signed in.
    [[nodiscard]] ChallengeDecision challenged(const Challenge &challenge);
    using Accepted = SessionState::Accepted; //!< a request was answered with a 2xx or 304
    //! The present access token is good at that origin. To be told for the first such answer of a
    //! generation and Snapshot::refusals at each origin, and for all while hasRefusals().
    void accepted(const Accepted &answer);
    [[nodiscard]] bool hasRefusals() const { return m_state.hasRefusals(); } //!< see accepted()
    //! Where BackendProfile::replayChallengeEndsSession: a request with this generation is on its
    //! way, and no more. The session waits for it before it ends because of a refused replay.
    void attemptSent(Generation sentWith);
    void attemptOver(Generation sentWith); //!< to be called once for each attemptSent()
    //! admit() would say Send, and emit nothing.
    [[nodiscard]] bool isReady(Leeway leeway = Leeway::Usual) const;
    [[nodiscard]] bool isTokenUsable() const; //!< there is one, and it is not known to be expired
    //! Emits signInRequired() unless that was done since the last sign-in or session end.
    void requireSignIn(const QString &detail);
    using SetCookies = SessionState::SetCookies; //!< an answer has set cookies of the session
    //! Takes them over, and stores them, if the request was sent with the present generation.
    void takeCookies(const SetCookies &fresh);
    //! For the trace.
    [[nodiscard]] RequestId nextRequestId() { return RequestId {++m_lastRequest}; }

public Q_SLOTS:
    // On its own thread; from another one by QMetaObject::invokeMethod().

    //! Takes tokens from a sign-in, another store or a person's hand. A refresh under way is
    //! discarded.
    void setTokens(const authcore::TokenSet &tokens);
    //! Loads what the store has for `account` (TokenSet::userName); ends in restored().
    void restore(const QString &account);
    //! Forgets the tokens here and in the store; ends in sessionEnded(SignedOut) if there was a
    //! session. Where the profile can, the server is told to forget them as well (RFC 7009), which
    //! nothing waits for; destroying the session aborts it.
    void signOut();
    //! Makes room for another account or profile: forgets the tokens here, not in the store, where
    //! restore() finds them again. No sign-out: nothing is revoked. A refresh under way is waited
    //! for, since its tokens have to be stored. Ends in left(), after sessionEnded(Left) if there
    //! was a session; setTokens() meanwhile overrides it. Tokens of Persistence::MemoryOnly are
    //! lost.
    void leave();
    //! Refreshes now, whatever the tokens' expiry; joins a refresh under way.
    void refreshNow();
    //! The network is there again: a refresh that waits to be tried again is tried at once, unless
    //! the server has said when. Happens by itself where the program has loaded a backend of
    //! QNetworkInformation.
    void noteNetworkIsBack();
    //! Gets ready for the end of the program: starts no refresh any more, lets one under way finish
    //! and be stored, and emits shutDown() then, at the latest after `patience`. Tokens that are
    //! good are still used; requests that need new ones fail.
    void shutdown(std::chrono::milliseconds patience = std::chrono::seconds(10));

Q_SIGNALS:
    void profileChanged(); //!< by setProfile()
    void refreshStarted(); //!< by whatever needed one
    void tokensRefreshed(const authcore::TokenSet &tokens); //!< by a refresh
    void tokensReplaced(const authcore::TokenSet &tokens); //!< by setTokens() or restore()
    //! The session is kept; `refresh` is the one that failed, `story` is all that happened in it.
    void refreshFailed(const authcore::TokenError &error, authcore::RefreshId refresh,
        const authcore::RefreshStory &story);
    //! The tokens are gone. `detail` is for people and names the causes; `story` is of the refresh
    //! that led to this, and empty where none did.
    void sessionEnded(
        authcore::EndReason reason, const QString &detail, const authcore::RefreshStory &story);
    //! For managers, which end their replies by these, so that whoever waits for a reply has heard
    //! refreshFailed() or sessionEnded() before, in whatever order they were connected.
    void refreshFailureTold(const authcore::TokenError &error, authcore::RefreshId refresh);
    void sessionEndTold(authcore::EndReason reason); //!< likewise
    //! For managers: challenges that waited for others (ChallengeDecision::waitsForOthers) are
    //! final.
    void refusalsSettled();
    void revoked(); //!< after signOut(), or for tokens that nobody waited for: the server says so
    //! The server could not be told; tokens that are forgotten here stay valid until they expire.
    void revocationFailed(const authcore::TokenError &error);
    //! Somebody has to sign in before anything can go on; `detail` says why, for people.
    void signInRequired(const QString &detail);
    void restored(bool found); //!< restore() is done; problems come by storeFailed()
    void left(); //!< leave() is done: nobody is signed in here
    void shutDown(); //!< shutdown() is done, or has taken too long: the program can end now
    void storeFailed(const authcore::StoreError &error); //!< it is tried again
    void storeRecovered(); //!< what failed is stored now

private:
    using Milliseconds = std::chrono::milliseconds;
    using Moment = SessionState::Moment;

    struct Parts
    {
        std::unique_ptr<Clock> ownClock; //!< where none was given
        Clock &clock;
        UniformRandom random;
        std::unique_ptr<QNetworkAccessManager> http;
        std::unique_ptr<HttpThread> thread; //!< null: `http` sends refreshes, too
    };
    [[nodiscard]] static Parts ownParts();
    AuthSession(BackendProfile profile, TokenStore &store, Parts parts, QObject *parent);

    [[nodiscard]] Moment now() const;
    [[nodiscard]] bool belongsToProfile(const TokenSet &tokens) const;
    //! Names what the profile has changed, where that is the reason.
    [[nodiscard]] QString textFor(EndReason reason, const TokenSet &tokens) const;
    [[nodiscard]] TokenSet completed(TokenSet tokens) const;
    [[nodiscard]] TokenSet merged(TokenSet fresh) const;

    void carryOut();
    void carryOutLater();
    void perform(const SessionState::Perform &task);
    void awaitVerdict(Generation generation);

    void startRefresh(RefreshId refresh);
    void startDeadline();
    [[nodiscard]] bool isStoreShared() const;
    void prepare();
    [[nodiscard]] const TokenSet *sharedTokens(const TokenStore::Loaded &found) const;
    void rereadInLock();
    void beginIfStorable();
    void startTry(int attempt);
    void tryFinished(int attempt, const TokenResult &result);
    void scheduleRetry(int attempt);
    void watchNetwork();
    void storeFresh(const TokenSet &fresh);
    void reread();
    void announce(const SessionState::Perform &task);
    void failWaiters(RefreshId refresh);
    void end(const SessionState::Perform &task);
    void leaveRefresh();
    void releaseLock();
    void leaveIfAsked();
    void shutDownIfAsked();
    void tellShutDown();
    void refreshOver();
    void finishAtEnd();
    void discard();
    void abandonRefresh();
    void apply(const machine::Event &event); //!< to the refresh under way
    void fail(const machine::Event &event);
    [[nodiscard]] TokenError lastError() const;
    [[nodiscard]] RefreshStory takeStory();

    enum class Source { Given, Store };
    bool adopt(const TokenSet &tokens, Source source);
    void loaded(const TokenStore::Loaded &found);
    void useNextPersistence();
    void noteStored(const TokenKey &key, const TokenSet &fresh);
    void persist(const TokenSet &tokens);
    void keepCookies(const TokenSet &before);
    void storeCookies();
    [[nodiscard]] bool isNews(const TokenSet &shared) const;
    void armAhead();

    std::unique_ptr<Clock> m_ownClock; //!< where none was given
    Clock &m_clock;
    UniformRandom m_random;
    SessionState m_state; //!< all that other threads see
    TokenStore &m_store;
    TokenKeeper m_keeper;
    std::atomic<TraceSink *> m_sink = nullptr;
    std::atomic<std::uint64_t> m_lastRequest = 0;
    //! Of the session alone: held requests cannot starve it.
    std::unique_ptr<QNetworkAccessManager> m_http;
    std::unique_ptr<HttpThread> m_thread; //!< sends refreshes; null: m_http does
    std::unique_ptr<TokenRevoker> m_revoker; //!< and owner of tries that nobody waits for
    Persistence m_persistence = Persistence::Store;
    std::optional<Persistence> m_nextPersistence;
    std::uint32_t m_restores = 0; //!< counts them, and whatever overtakes one
    //! What is stored while other cookies beside the present tokens are not, yet.
    std::optional<TokenSet> m_cookiesBefore;
    bool m_wasStored = false; //!< the present tokens are, or were, where others may have read them
    bool m_leaving = false; //!< leave() waits for the refresh under way
    std::unique_ptr<Clock::Timer> m_verdict; //!< until a refused replay ends the session
    std::unique_ptr<Clock::Timer> m_shutdown; //!< until shutDown() at the latest
    std::chrono::milliseconds m_patienceAtEnd;
    std::unique_ptr<Clock::Timer> m_ahead; //!< until the early refresh, in pieces
    double m_aheadSpread = 0; //!< so that many clients do not refresh in the same second

    // Of the refresh under way; every callback carries its id and is void once it has changed.
    RefreshId m_refresh {};
    std::shared_ptr<RefreshLock> m_lock; //!< between processes, where the store is shared
    std::unique_ptr<TokenExchange> m_exchange;
    std::optional<TokenSet> m_unstored; //!< what it brought, until that is stored
    QList<QNetworkCookie> m_sentCookies; //!< those of the tokens at that time
    std::unique_ptr<Clock::Timer> m_deadline;
    std::unique_ptr<Clock::Timer> m_retry;
    bool m_watchesNetwork = false; //!< QNetworkInformation calls noteNetworkIsBack()
    std::chrono::nanoseconds m_refreshEnds {};
    std::optional<TokenError> m_lastError;
    RefreshStory m_story; //!< of the refresh under way
};

} // namespace authcore
