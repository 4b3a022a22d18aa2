#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/credentials.h"
#include "authcore/network/protectedorigins.h"
#include "authcore/network/requesthold.h"
#include "authcore/network/requestqueue.h"
#include "authcore/network/requestreports.h"
#include "authcore/network/requestsender.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QSet>

#include <functional>
#include <vector>

namespace authcore {

//! What AuthNetworkAccessManager does with protected requests: sends them in their turn, holds them
//! while a refresh runs, asks the session about challenges, and sends again.
//!
//! Every reply that waits, for its turn, a refresh or a sign-in, is in one queue. What the
//! session's signals mean is read from the session, not from the signal: slots that were called
//! before may have changed it, and where the session lives in another thread they come late.
//! Lifetime: a part of its manager.
//! Thread:   the manager's.
class RequestScheduler : public QObject, private AuthReply::Owner
{
    Q_OBJECT

public:
    using CreateInner = RequestSender::CreateInner;

    RequestScheduler(SessionGate &gate, QNetworkAccessManager &manager, CreateInner createInner);
    ~RequestScheduler() override;

    [[nodiscard]] WithoutSession withoutSession() const { return m_hold.withoutSession(); }
    void setWithoutSession(WithoutSession behaviour);
    [[nodiscard]] bool isRefreshInProgress() const { return m_isRefreshInProgress; }
    [[nodiscard]] QList<QNetworkReply *> pendingReplies() const;
    [[nodiscard]] int activeCount() const { return m_queue.activeCount(); }
    [[nodiscard]] ProtectedOrigins &origins() { return m_origins; }
    [[nodiscard]] Credentials &credentials() { return m_credentials; }
    [[nodiscard]] qint64 bodyMemoryLimit() const { return m_bodyMemoryLimit; }
    void setBodyMemoryLimit(qint64 bytes) { m_bodyMemoryLimit = bytes; }

    //! Takes on a request whose URL is protected, and gives its reply at once.
    [[nodiscard]] QNetworkReply *admit(QNetworkAccessManager::Operation operation,
        const QNetworkRequest &request, QIODevice *body);
    //! The caller's reply of which `inner` is the present attempt; nullptr: none.
    [[nodiscard]] AuthReply *outerReply(const QNetworkReply *inner) const;
    //! Nothing is sent any more: the manager is being destroyed.
    void close() { m_sender.close(); }
    //! Replies that are left talk to this no more: callers have given them other parents.
    void detachReplies();
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
    void onRefusalsSettled();
    void renewRefreshInProgress();

    void joinOrigin(AuthReply &reply, RequestQueue::OriginId origin);
    [[nodiscard]] bool refusedForNumber(AuthReply &reply) const;
    //! `reply` has joined the queue, outside of the caller's get().
    void sendOrHold(AuthReply &reply);
    //! Takes those out of the queue that are to end, in its order.
    [[nodiscard]] std::vector<QPointer<AuthReply>> takeFromQueue(
        const std::function<bool(const AuthReply &)> &isTaken);
    void holdLimitPassed();

    SessionGate &m_gate;
    QNetworkAccessManager &m_manager;
    QPointer<QObject> m_waitingRoom; //!< a child of the manager
    RequestQueue m_queue;
    ProtectedOrigins m_origins;
    Credentials m_credentials;
    RequestReports m_reports;
    RequestHold m_hold;
    RequestSender m_sender;
    QSet<AuthReply *> m_replies; //!< all that are alive, whoever their parents are
    //! Challenged for the last time; they wait until the session knows what that means.
    std::vector<QPointer<AuthReply>> m_refused;
    std::uint64_t m_sequence = 0;
    qint64 m_bodyMemoryLimit = ReplayableBody::defaultMemoryLimit;
    bool m_isRefreshInProgress = false;
};

} // namespace authcore
