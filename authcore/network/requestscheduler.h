#pragma once

#include "authcore/network/answerjudge.h"
#include "authcore/network/authreply.h"
#include "authcore/network/credentials.h"
#include "authcore/network/protectedorigins.h"
#include "authcore/network/requesthold.h"
#include "authcore/network/requestqueue.h"
#include "authcore/network/requestreports.h"
#include "authcore/network/requestsender.h"
#include "authcore/network/requestsunderway.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QSet>

#include <functional>
#include <vector>

namespace authcore {

//! Schedules the protected requests of an AuthNetworkAccessManager: sends them in their turn, holds
//! them while a refresh runs, asks the session about challenges, and sends them again.
//!
//! All replies that wait for their turn, for a refresh or for a sign-in are in one queue. A signal
//! of the session only says that the session has changed; its present state is read from the
//! session, because slots that ran before may have changed it again, and because signals from
//! another thread arrive late.
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

    //! Accepts a request whose URL is protected, and returns its reply at once.
    [[nodiscard]] QNetworkReply *admit(QNetworkAccessManager::Operation operation,
        const QNetworkRequest &request, QIODevice *body);
    //! The caller's reply whose present attempt is `inner`; nullptr: none.
    [[nodiscard]] AuthReply *outerReply(const QNetworkReply *inner) const;
    //! Stops sending: the manager is being destroyed.
    void close() { m_sender.close(); }
    //! Separates the replies that are left from this: callers have given them other parents.
    void detachReplies();
    //! The parent of replies that wait for their first attempt. They are not children of the
    //! manager, because QObject searches all children when one of them is removed.
    [[nodiscard]] QObject *waitingRoom() const { return m_waitingRoom; }

private:
    // AuthReply::Owner
    [[nodiscard]] const AnswerJudge &judge() const override { return m_judge; }
    void firstByte(AuthReply &reply, int status) override;
    void noChallenge(AuthReply &reply, int status) override;
    void attemptFinished(AuthReply &reply) override;
    void bodyCollected(AuthReply &reply) override;
    void challenged(AuthReply &reply) override;
    void hopped(AuthReply &reply) override;
    [[nodiscard]] bool isToRepeat(const AuthReply &reply) const override;
    void repeated(AuthReply &reply) override;
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
    void traceQueued();

    void onLost(AuthReply &reply);
    void joinOrigin(AuthReply &reply, RequestQueue::OriginId origin);
    [[nodiscard]] bool refusedForNumber(AuthReply &reply) const;
    //! `reply` has joined the queue, outside of the caller's get().
    void sendOrHold(AuthReply &reply);
    void holdLimitPassed();

    SessionGate &m_gate;
    QNetworkAccessManager &m_manager;
    QPointer<QObject> m_waitingRoom; //!< a child of the manager
    RequestQueue m_queue;
    ProtectedOrigins m_origins;
    AnswerJudge m_judge;
    Credentials m_credentials;
    RequestReports m_reports;
    RequestHold m_hold;
    RequestsUnderWay m_underWay;
    RequestSender m_sender;
    QSet<AuthReply *> m_replies; //!< all that are alive, whoever their parents are
    //! Replies that were challenged for the last time; they wait for the session's decision.
    std::vector<QPointer<AuthReply>> m_refused;
    std::uint64_t m_sequence = 0;
    qint64 m_bodyMemoryLimit = ReplayableBody::defaultMemoryLimit;
    bool m_isRefreshInProgress = false;
};

} // namespace authcore
