#pragma once

#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/network/authreply.h"
#include "authcore/network/requestqueue.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QObject>
#include <QtCore/QSet>

#include <functional>
#include <vector>

namespace authcore {

//! What AuthNetworkAccessManager does with protected requests: sends them in their turn, holds them
//! while a refresh runs, asks the session about challenges, and sends again.
//!
//! Every reply that waits, for its turn, a refresh or a sign-in, is in one queue. What the
//! session's signals mean is read from the session, not from the signal: slots before ours may have
//! changed it, and where the session lives in another thread they come late. Lifetime: a part of
//! its manager. Thread: the manager's.
class RequestScheduler : public QObject, private AuthReply::Owner
{
    Q_OBJECT

public:
    using WithoutSession = AuthNetworkAccessManager::WithoutSession;
    //! `carried`: how things stood when the token that it carries was given; none: it has none.
    using CreateInner = std::function<QNetworkReply *(QNetworkAccessManager::Operation,
        const QNetworkRequest &, QIODevice *, const SessionGate::Snapshot &carried)>;

    RequestScheduler(SessionGate &gate, QNetworkAccessManager &manager, CreateInner createInner);
    ~RequestScheduler() override;

    [[nodiscard]] SessionGate &gate() const { return m_gate; }
    [[nodiscard]] WithoutSession withoutSession() const { return m_withoutSession; }
    void setWithoutSession(WithoutSession behaviour);
    [[nodiscard]] bool isRefreshInProgress() const { return m_refreshInProgress; }
    [[nodiscard]] QList<QNetworkReply *> pendingReplies() const;
    [[nodiscard]] int activeCount() const { return m_queue.activeCount(); }

    //! The session's, as of the last renewProfile(): what is judged by it belongs together,
    //! whatever another thread sets meanwhile.
    [[nodiscard]] const BackendProfile &profile() const { return *m_profile; }
    void renewProfile(); //!< profile() is the session's of now; the old one may die
    [[nodiscard]] int profileRevision() const { return m_profileRevision; } //!< of profile()
    //! BackendProfile::isProtected() of profile(), remembered for each origin.
    [[nodiscard]] bool isProtected(const QUrl &url);
    //! Takes on a request that isProtected() and gives its reply at once.
    [[nodiscard]] QNetworkReply *admit(QNetworkAccessManager::Operation operation,
        const QNetworkRequest &request, QIODevice *body);
    [[nodiscard]] qint64 bodyMemoryLimit() const { return m_bodyMemoryLimit; }
    void setBodyMemoryLimit(qint64 bytes) { m_bodyMemoryLimit = bytes; }
    //! Lets a request to a protected origin have what is the session's.
    void attach(QNetworkRequest &request, QNetworkAccessManager::Operation operation,
        const QByteArray &accessToken, const QList<QNetworkCookie> &cookies);
    //! Nothing is sent any more: the manager is being destroyed.
    void close();
    //! No reply talks to us any more: to those that are left, callers have given other parents.
    void detachReplies();
    //! The caller's reply of which `inner` is the present attempt; nullptr: none.
    [[nodiscard]] AuthReply *outerReply(const QNetworkReply *inner) const;
    //! The parent of replies that wait for their first attempt. Among the manager's own children
    //! they would be in the way: to remove one, QObject searches them from the first on.
    [[nodiscard]] QObject *waitingRoom() const { return m_waitingRoom; }

private:
    // AuthReply::Owner
    [[nodiscard]] bool isChallenge(const AuthReply &reply, int status) const override;
    void firstByte(AuthReply &reply, int status) override;
    void attemptFinished(AuthReply &reply) override;
    void bodyCollected(AuthReply &reply) override;
    void challenged(AuthReply &reply) override;
    void hopped(AuthReply &reply) override;
    void paused(AuthReply &reply) override;
    void finishing(AuthReply &reply, QNetworkReply::NetworkError error) override;
    void withdrawn(AuthReply &reply, AuthReply::Stage stage) override;
    void died(AuthReply &reply) override;

    void onRestored();
    void onRefreshStarted();
    void onTokensRefreshed();
    void onTokensReplaced();
    void onRefreshFailed(const TokenError &error, RefreshId refresh);
    void onSessionEnded(EndReason reason);
    void renewRefreshInProgress();

    [[nodiscard]] bool isHolding() const;
    [[nodiscard]] bool isWaitingForPerson() const;
    [[nodiscard]] static bool isStranger(
        const AuthReply &reply, const SessionGate::Snapshot &snapshot);

    struct ProtectedOrigin
    {
        QString scheme;
        QString host;
        int port = -1;
        RequestQueue::OriginId id {};
        bool isTransportAllowed = false;
    };
    [[nodiscard]] const ProtectedOrigin *protectedOrigin(const QUrl &url);

    void joinOrigin(AuthReply &reply, RequestQueue::OriginId origin);
    [[nodiscard]] bool refusedForNumber(AuthReply &reply) const;
    void holdFor(RefreshId refresh);
    void askForSignIn();
    void enqueue(AuthReply &reply);
    bool take(AuthReply &reply);
    void pump();
    void schedulePump();
    [[nodiscard]] SessionGate::Leeway leewayFor(const AuthReply &reply) const;
    [[nodiscard]] bool mayCarryToken(const AuthReply &reply, const SessionGate::Snapshot &snapshot);
    [[nodiscard]] bool sendNext();
    [[nodiscard]] bool sendWith(AuthReply &reply, const SessionGate::Admission &admission);
    void launch(AuthReply &reply, const SessionGate::Admission &admission);
    void takeSetCookies(const AuthReply &reply);
    void noteAccepted(const AuthReply &reply, int status);
    void noteSent(AuthReply &reply, const SessionGate::Admission &admission);
    void noteOver(AuthReply &reply);
    [[nodiscard]] static SessionGate::Challenge challengeOf(const AuthReply &reply);
    void settleRefused();
    static void refuse(AuthReply &reply, const TokenError &error);
    static void settle(const std::vector<QPointer<AuthReply>> &replies,
        const std::function<void(AuthReply &)> &finish);
    static void later(AuthReply &reply, const std::function<void(AuthReply &)> &finish);
    static void finishWithoutSession(AuthReply &reply);
    void traceHeld(const AuthReply &reply) const;
    void armHoldTimer();
    void rearmHoldTimer();
    void holdTimePassed();

    SessionGate &m_gate;
    QNetworkAccessManager &m_manager;
    QPointer<QObject> m_waitingRoom; //!< a child of the manager
    CreateInner m_createInner;
    RequestQueue m_queue;
    QSet<AuthReply *> m_replies; //!< all that are alive, whoever their parents are
    std::vector<ProtectedOrigin> m_origins; //!< seen so far; forgotten when the profile changes
    //! For which generation, and which number of refusals before, an origin has been reported as
    //! accepting its token; by OriginId.
    std::vector<std::pair<Generation, std::uint32_t>> m_accepted;
    //! Challenged for the last time; they wait until the session knows what that means.
    std::vector<QPointer<AuthReply>> m_refused;
    std::unique_ptr<Clock::Timer> m_holdTimer; //!< of the reply held longest
    std::uint64_t m_sequence = 0;
    RefreshId m_heldFor {}; //!< the last one that was noted on all that waited
    qint64 m_bodyMemoryLimit = ReplayableBody::defaultMemoryLimit;
    WithoutSession m_withoutSession = WithoutSession::SendBare;
    bool m_refreshInProgress = false;
    std::shared_ptr<const BackendProfile> m_profile;
    int m_profileRevision = -1;
    bool m_keepsCookies = false; //!< sessions of this profile do
    bool m_pumpScheduled = false;
    bool m_restsUntilNextTurn = false; //!< a reply was aborted in this turn of the event loop
    bool m_pumping = false;
    bool m_pumpAgain = false;
    bool m_closed = false;
};

} // namespace authcore
