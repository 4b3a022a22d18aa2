#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/credentials.h"
#include "authcore/network/protectedorigins.h"
#include "authcore/network/requesthold.h"
#include "authcore/network/requestqueue.h"
#include "authcore/network/requestreports.h"
#include "authcore/network/requestsunderway.h"
#include "authcore/session/sessiongate.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QTimer>

#include <functional>

namespace authcore {

//! Takes queued requests in their turn, asks the session whether they may leave, and hands them to
//! Qt with the session's credentials.
//!
//! Lifetime: a part of its manager; what it is made with outlives it.
//! Thread:   the manager's. Slots of the session may run inside pump(). They may open dialogs and
//!           destroy the manager.
class RequestSender : public QObject
{
    Q_OBJECT

public:
    //! Creates the reply of one attempt. `carried` is the session whose token the request carries;
    //! without a session the request carries no token.
    using CreateInner = std::function<QNetworkReply *(QNetworkAccessManager::Operation,
        const QNetworkRequest &, QIODevice *, const SessionGate::Snapshot &carried)>;
    //! The parts of the manager that it works with.
    struct Parts
    {
        SessionGate &gate;
        QNetworkAccessManager &manager;
        RequestQueue &queue;
        ProtectedOrigins &origins;
        Credentials &credentials;
        RequestReports &reports;
        RequestHold &hold;
        RequestsUnderWay &underWay;
        CreateInner createInner;
        //! The parent of replies until they are sent; then it is the manager.
        QPointer<QObject> waitingRoom;
    };

    explicit RequestSender(Parts parts);

    void close() { m_isClosed = true; } //!< nothing is sent any more

    //! Sends the requests that may leave.
    void pump();
    //! The same, from the event loop.
    void schedulePump();
    //! A reply was aborted: pump() does nothing for some milliseconds.
    void restAfterAbort();
    //! Gives the request of `reply` to Qt, with the token of `admission` if its URL may get one.
    void send(AuthReply &reply, const SessionGate::Admission &admission);
    //! Asks for a sign-in from the event loop, unless somebody has signed in by then.
    void askForSignIn();
    //! How much life a token must have left to be sent with `reply`.
    [[nodiscard]] SessionGate::Leeway leewayFor(const AuthReply &reply) const;
    //! Whether `reply` was issued under another account, or under an account without a name.
    [[nodiscard]] static bool isStranger(
        const AuthReply &reply, const SessionGate::Snapshot &snapshot);

private:
    [[nodiscard]] bool sendNext();
    [[nodiscard]] bool sendWithoutSession(AuthReply &reply);
    [[nodiscard]] bool sendWith(AuthReply &reply, const SessionGate::Admission &admission);
    [[nodiscard]] bool mayCarryToken(const AuthReply &reply, const SessionGate::Snapshot &snapshot);

    Parts m_parts;
    SessionGate &m_gate;
    RequestQueue &m_queue;
    ProtectedOrigins &m_origins;
    bool m_isPumpScheduled = false;
    QTimer m_rest; //!< runs after an abort; Qt gets no request until it ends
    bool m_isPumping = false;
    bool m_pumpAgain = false;
    bool m_isClosed = false;
};

} // namespace authcore
