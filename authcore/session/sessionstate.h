#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/session/acceptance.h"
#include "authcore/session/heldtokens.h"
#include "authcore/session/refreshcooldown.h"
#include "authcore/session/refreshmachine.h"
#include "authcore/session/sessionenums.h"
#include "authcore/session/sessionids.h"
#include "authcore/session/sessiontasks.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtNetwork/QNetworkCookie>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>

namespace authcore {

//! The state that an AuthSession and all of its managers share, in any threads.
//!
//! Every transition of the refresh machine happens here, under one mutex, and counts at once in all
//! threads: a second challenged request joins the refresh that the first one has started. The work
//! that follows from transitions is queued as tasks for the session's thread, in their order. No
//! function here calls back, emits or waits.
//!
//! Lifetime: a part of its AuthSession.
//! Thread:   any.
class SessionState
{
public:
    //! Both clocks at one moment; see Clock.
    struct Moment
    {
        std::chrono::sys_time<std::chrono::milliseconds> wall; //!< Clock::now()
        std::chrono::nanoseconds monotonic {}; //!< Clock::monotonic()
    };

    //! The state of the session at one moment, consistent in itself.
    struct Snapshot
    {
        bool isSignedIn = false; //!< there are tokens
        bool isRestoring = false; //!< tokens are being loaded from the store
        bool isRefreshInProgress = false; //!< see `refresh`
        QString account; //!< TokenSet::accountId
        TokenFamily tokenFamily {}; //!< of the present tokens
        Generation generation {}; //!< of the present tokens, or of the last ones
        RefreshId refresh {}; //!< the one under way
        RefreshId madeBy {}; //!< the refresh that made `generation`; 0: none did
        std::uint32_t refusals = 0; //!< Acceptance::refusalCount()
    };

    using Leeway = HeldTokens::Leeway;
    using SetCookies = HeldTokens::SetCookies;
    using Failure = RefreshCooldown::Failure;

    //! Whether a request may leave, and with which token.
    struct Admission
    {
        //! Whether it may, and why not.
        enum class Answer {
            Send, //!< now, with this token
            Wait, //!< for a refresh or a restore
            NoSession, //!< nobody is signed in, so there is no token
            CoolingDown, //!< refreshes have failed again and again: `error` says how
        };
        Answer answer = Answer::NoSession; //!< to branch on
        QByteArray accessToken {}; //!< Send
        QList<QNetworkCookie> cookies {}; //!< Send: the session's, with all of their values
        Snapshot snapshot {}; //!< Send: whose token it is; Wait: for which refresh
        int profileRevision = 0; //!< Send: of the profile for which it is good
        bool isEarly = false; //!< Wait: the token is good, so ask again from the event loop
        std::optional<TokenError> error {}; //!< CoolingDown
    };

    //! A request that came back with a challenge.
    struct Challenge
    {
        Generation sentWith {}; //!< the generation that it carried
        RefreshId heldFor {}; //!< the last refresh for which it was held
        RefreshId ownRefresh {}; //!< the last refresh that an earlier challenge to it had caused
        int number = 1; //!< how often it has been challenged, this time included
        std::chrono::nanoseconds sentAt {}; //!< monotonic
        Acceptance::Request request {}; //!< what was asked for
    };
    //! How often one request is sent at most, whatever the challenges.
    static constexpr int mostSends = 3;

    //! What is to become of a challenged request.
    struct ChallengeDecision
    {
        ChallengeOutcome outcome = ChallengeOutcome::Delivered; //!< to branch on
        RefreshId refresh {}; //!< for which it waits
        //! The challenge is delivered later: when other requests with this token have shown whether
        //! it is good, which RefusalsSettled or the end of the session says.
        bool waitsForOthers = false;
    };

    //! A request with the access token was answered with a 2xx or 304.
    struct Accepted
    {
        Generation sentWith {}; //!< the generation that it carried
        std::uint32_t refusalsBefore = 0; //!< Snapshot::refusals when it was sent
        Acceptance::Request request {}; //!< what was asked for
    };

    //! Nobody is signed in.
    explicit SessionState(BackendProfile profile);

    //! The profile that was set last.
    [[nodiscard]] std::shared_ptr<const BackendProfile> profile() const { return copy(m_profile); }
    //! Counts setProfile().
    [[nodiscard]] int profileRevision() const noexcept { return m_profileRevision.load(); }
    [[nodiscard]] Snapshot snapshot() const; //!< now
    //! Empty when nobody is signed in.
    [[nodiscard]] TokenSet tokens() const { return copy(m_tokens.tokens()); }
    //! Whether the tokens can be refreshed; see HeldTokens::refreshToken().
    [[nodiscard]] machine::RefreshToken refreshToken() const
    {
        const Lock lock(m_mutex);
        return m_tokens.refreshToken();
    }
    [[nodiscard]] TokenKey key() const { return copy(m_key); } //!< under which tokens are stored
    //! The account whose tokens are being loaded.
    [[nodiscard]] std::optional<QString> restoring() const { return copy(m_restoring); }
    [[nodiscard]] int failures() const; //!< failed refreshes since the last one that succeeded
    [[nodiscard]] bool wasUsed() const; //!< whether a request has carried the present generation
    [[nodiscard]] bool isReady(Leeway leeway, Moment now) const; //!< admit() would return Send
    //! Whether there is an access token that is not known to have expired.
    [[nodiscard]] bool isTokenUsable(Moment now) const;
    //! When a timer refreshes the token before requests have to wait for that; see
    //! HeldTokens::earlyRefreshDue() and RefreshCooldown. Empty also while a refresh is running.
    [[nodiscard]] std::optional<Moment> earlyRefreshDue(double spread) const;

    // Functions for managers.

    // `heldFor` is the last refresh for which a request was held. A request that has waited for the
    // refresh that made the present generation causes no other one.

    //! Whether a request may leave now, and with which token.
    [[nodiscard]] Admission admit(RefreshId heldFor, Leeway leeway, Moment now);
    //! Decides what happens to a challenged request.
    [[nodiscard]] ChallengeDecision challenged(const Challenge &challenge, Moment now);
    //! Does nothing unless its generation is the present one.
    void accepted(const Accepted &answer);
    //! Whether accepted() must be called for each good answer, not only for the first of an origin.
    [[nodiscard]] bool hasRefusals() const noexcept { return m_hasRefusals.load(); }
    void attemptSent(Generation sentWith); //!< a request with this generation is on its way
    //! The attempt is over; called once for each attemptSent().
    void attemptOver(Generation sentWith);
    void verdictDue(Generation generation); //!< the time that AwaitVerdict asked for is over
    void endPause(); //!< a refresh may begin now, see Acceptance
    void askForSignIn(const QString &detail); //!< once until the next sign-in or end
    //! Nothing changes unless the request carried the present generation, which stays the same.
    void takeCookies(const SetCookies &fresh, Moment now);

    // Functions for the session.

    void setProfile(BackendProfile profile); //!< ends the session of tokens from elsewhere
    void setRestoring(std::optional<QString> account); //!< empty: loading is over
    void adopt(TokenSet tokens, TokenKey key); //!< from outside
    machine::Effect apply(const machine::Event &event); //!< returns the effect to perform
    //! The following do nothing when `refresh` is not the one under way any more.
    machine::Effect apply(const machine::Event &event, RefreshId refresh);
    //! `fresh` are the tokens that the try brought.
    machine::Effect applyFresh(const machine::Event &event, RefreshId refresh, TokenSet fresh);
    //! `failure` is the result of the refresh.
    machine::Effect applyFailure(const machine::Event &event, RefreshId refresh, Failure failure);
    //! No refresh begins after this: the program is about to end.
    void close();
    [[nodiscard]] bool isClosed() const; //!< by close()
    //! Another process has stored newer tokens, which have expired already: they are refreshed
    //! instead of the tokens that are held.
    void takeOver(TokenSet tokens, RefreshId refresh);

    [[nodiscard]] bool hasTasks() const; //!< takeTask() would return one
    //! Removes and returns the next task; empty: there is none.
    [[nodiscard]] std::optional<SessionTask> takeTask();

private:
    using Lock = std::scoped_lock<std::mutex>;

    //! Copies a member, which other threads may change, under the mutex.
    template <class T>
    [[nodiscard]] T copy(const T &member) const
    {
        const Lock lock(m_mutex);
        return member;
    }

    // The mutex is held.
    machine::Effect advance(const machine::Event &event);
    [[nodiscard]] Snapshot snapshotNow() const;
    [[nodiscard]] bool hasWaitedForPresentToken(RefreshId heldFor) const;
    [[nodiscard]] ChallengeDecision refuse(const Challenge &challenge, Moment now);
    [[nodiscard]] bool ranOutOnItsWay(const Challenge &challenge, Moment now) const;
    void decide();
    void settleRefusals();
    void generationChanged();
    void acceptanceChanged() { m_hasRefusals = m_acceptance.hasRefusals(); }
    [[nodiscard]] bool usable(Moment now) const;
    [[nodiscard]] std::optional<machine::Urgency> need(Leeway leeway, Moment now) const;

    mutable std::mutex m_mutex;
    std::atomic<int> m_profileRevision = 0; // read without the mutex; changed inside it

    std::shared_ptr<const BackendProfile> m_profile;
    machine::State m_machine;
    HeldTokens m_tokens;
    TokenKey m_key; //!< under which the tokens are stored
    TokenSet m_fresh; //!< the new tokens of the refresh under way, until they are stored
    TokenFamily m_tokenFamily {};
    RefreshId m_refresh {};
    RefreshId m_madeBy {};
    std::uint32_t m_lastRefresh = 0;
    std::optional<QString> m_restoring;
    RefreshCooldown m_cooldown;
    bool m_signInAsked = false;
    Acceptance m_acceptance; //!< of the present generation's token
    std::atomic<bool> m_hasRefusals = false; //!< read without the mutex; changed inside it
    bool m_isRefusalUndecided = false; //!< refused requests wait for the answers of others
    int m_attempts = 0; //!< requests under way with the present generation
    std::deque<SessionTask> m_tasks;
};

} // namespace authcore
