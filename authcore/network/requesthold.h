#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/protectedorigins.h"
#include "authcore/network/requestqueue.h"
#include "authcore/network/requestreports.h"
#include "authcore/session/sessionenums.h"
#include "authcore/session/sessiongate.h"
#include "authcore/system/clock.h"

#include <QtCore/QPointer>

#include <functional>
#include <memory>
#include <vector>

namespace authcore {

//! Knows whether queued requests are held back, for a refresh, a restore or a sign-in, and limits
//! how long they wait.
//!
//! One timer serves all: that of the request that was held longest. A sign-in has no limit, since a
//! person may take any time.
//! Lifetime: a part of its manager; what it is made with outlives it.
//! Thread:   the manager's.
class RequestHold
{
public:
    //! `limitPassed` is called when a request in the queue has waited for too long.
    RequestHold(SessionGate &gate, RequestQueue &queue, ProtectedOrigins &origins,
        RequestReports &reports, std::function<void()> limitPassed);

    [[nodiscard]] WithoutSession withoutSession() const { return m_withoutSession; }
    void setWithoutSession(WithoutSession behaviour);
    [[nodiscard]] bool isHolding() const; //!< queued requests do not leave now
    [[nodiscard]] bool isWaitingForPerson() const; //!< they wait for a sign-in

    void enqueue(AuthReply &reply); //!< `reply` joins the queue, and is held from now on
    void dequeue(const AuthReply &reply); //!< `reply` leaves the queue, if it is there
    //! Takes those out of the queue that are to end, in its order.
    [[nodiscard]] std::vector<QPointer<AuthReply>> take(
        const std::function<bool(const AuthReply &)> &isTaken);
    //! What is queued waits for this refresh. Does nothing the second time.
    void waitFor(RefreshId refresh);

    void armLimit(); //!< requests are queued; nothing changes when the timer runs already
    void rearmLimit(); //!< what requests were held for is over
    [[nodiscard]] bool isOverdue(const AuthReply &reply) const; //!< has it waited for too long?

private:
    [[nodiscard]] std::chrono::milliseconds limit() const;

    SessionGate &m_gate;
    RequestQueue &m_queue;
    ProtectedOrigins &m_origins;
    RequestReports &m_reports;
    std::function<void()> m_limitPassed;
    std::unique_ptr<Clock::Timer> m_timer;
    RefreshId m_waitsFor {}; //!< the refresh that waitFor() was told of last
    WithoutSession m_withoutSession = WithoutSession::SendBare;
};

} // namespace authcore
