#include "authcore/network/requestsender.h"

#include "authcore/network/replyendings.h"
#include "authcore/network/requestfacts.h"

#include <chrono>
#include <utility>

namespace authcore {

namespace {

constexpr std::chrono::milliseconds restTime {10}; // since the last abort

} // namespace

RequestSender::RequestSender(Parts parts)
    : m_parts(std::move(parts))
    , m_gate(m_parts.gate)
    , m_queue(m_parts.queue)
    , m_origins(m_parts.origins)
    , m_rest(this)
{
    m_rest.setSingleShot(true);
    connect(&m_rest, &QTimer::timeout, this, &RequestSender::pump);
}

// Calls nest only when a slot of the session runs an event loop; see sendNext().
void RequestSender::pump()
{
    m_pumpAgain = true;
    if (m_isClosed || m_isPumping || m_rest.isActive())
        return;
    const QPointer alive(this);
    m_isPumping = true;
    do {
        m_pumpAgain = false;
        while (!alive.isNull() && sendNext()) { }
    } while (!alive.isNull() && m_pumpAgain);
    if (alive)
        m_isPumping = false;
}

void RequestSender::schedulePump()
{
    if (!std::exchange(m_isPumpScheduled, true))
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_isPumpScheduled = false;
                pump();
            },
            Qt::QueuedConnection);
}

// Qt must get no request between aborts: when many replies are aborted one after the other, also
// each in a turn of the event loop of its own, and requests are started in between, Qt 6.4.2 may
// never answer requests to that host again. Its thread needs real time to handle an abort, whatever
// the session's clock says. Meanwhile Qt gets nothing new, so that few requests can be aborted, and
// the rest ends soon.
void RequestSender::restAfterAbort()
{
    m_rest.start(restTime);
}

// Many servers reject an expired token only after they have read the whole body. If a server
// rejects it earlier and closes the connection, Qt reports a broken connection instead of the
// answer.
SessionGate::Leeway RequestSender::leewayFor(const AuthReply &reply) const
{
    const std::optional<qint64> size = reply.body().size();
    const bool isUpload = !reply.canReplay()
        || (size && std::size_t(*size) >= m_origins.profile().policy.largeUpload);
    return isUpload ? SessionGate::Leeway::Upload : SessionGate::Leeway::Usual;
}

bool RequestSender::isStranger(const AuthReply &reply, const SessionGate::Snapshot &snapshot)
{
    const auto &account = reply.record().account;
    return account && snapshot.isSignedIn && reply.record().tokenFamily != snapshot.tokenFamily
        && (account->isEmpty() || *account != snapshot.account);
}

// Account and profile may have changed since this reply was queued.
bool RequestSender::mayCarryToken(const AuthReply &reply, const SessionGate::Snapshot &snapshot)
{
    const ProtectedOrigins::Origin *origin = m_origins.find(reply.url());
    return origin != nullptr && origin->isTransportAllowed && !isStranger(reply, snapshot)
        && !m_origins.profile().isPublicPath(reply.url());
}

// True: there may be more to send.
bool RequestSender::sendNext()
{
    using Answer = SessionGate::Admission::Answer;
    AuthReply *reply = m_queue.next();
    if (!reply)
        return false;
    const QPointer alive(this);
    m_origins.renew();
    m_isPumping = false; // slots may run dialogs, during which other requests are sent
    const SessionGate::Admission admission =
        m_gate.admit(reply->record().heldFor, leewayFor(*reply));
    if (!alive)
        return false;
    m_isPumping = true;
    if (m_queue.next() != reply)
        return true; // a slot has changed the queue
    switch (admission.answer) {
    case Answer::Wait:
        m_parts.hold.waitFor(admission.snapshot.refresh);
        if (admission.isEarly)
            schedulePump();
        return false;
    case Answer::Send:
        return sendWith(*reply, admission);
    case Answer::CoolingDown:
        m_parts.hold.dequeue(*reply);
        finishLater(*reply, [error = *admission.error](AuthReply &refused) {
            finishWithRefreshError(refused, error);
        });
        return true;
    case Answer::NoSession:
        break;
    }
    return sendWithoutSession(*reply);
}

bool RequestSender::sendWithoutSession(AuthReply &reply)
{
    if (m_parts.hold.withoutSession() == WithoutSession::HoldUntilSignIn) {
        askForSignIn();
        return false; // tokensReplaced() sends it if somebody has signed in by now
    }
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    if (snapshot.isSignedIn || snapshot.isRestoring)
        return true; // the same: ask the session again
    m_parts.hold.dequeue(reply);
    if (reply.hasChallenge() || reply.record().account) {
        finishLater(reply, finishWithoutSession); // the session is over: nothing is sent again
        return true;
    }
    const QPointer alive(this);
    m_parts.underWay.started(reply, {});
    send(reply, {});
    return !alive.isNull();
}

bool RequestSender::sendWith(AuthReply &reply, const SessionGate::Admission &admission)
{
    const QPointer alive(this);
    m_origins.renew();
    if (m_origins.profileRevision() != admission.profileRevision)
        return true; // the token is of another profile: ask the session again
    const bool mayCarry = mayCarryToken(reply, admission.snapshot);
    if (reply.hasChallenge() && reply.generation() == admission.snapshot.generation)
        return false; // its refresh has failed; the signal is on its way
    m_parts.hold.dequeue(reply);
    if (!mayCarry) {
        finishLater(reply, finishWithoutSession);
        return true;
    }
    m_parts.underWay.started(reply, admission.snapshot.generation);
    send(reply, admission);
    return !alive.isNull();
}

void RequestSender::send(AuthReply &reply, const SessionGate::Admission &admission)
{
    reply.dropChallenge();
    if (reply.parent() == m_parts.waitingRoom) // else its caller has given it another parent
        reply.setParent(&m_parts.manager);
    QNetworkRequest request = reply.outgoingRequest();
    AuthReply::RequestRecord &record = reply.record();
    if (record.carriesToken)
        m_parts.credentials.attach(
            request, reply.operation(), admission.accessToken, admission.cookies);
    if (record.isWatched && int(record.connection) % 2 == 1)
        useOtherConnection(request);
    if (!admission.accessToken.isEmpty() && !record.account) { // issued while nobody was signed in
        record.account = admission.snapshot.account;
        record.tokenFamily = admission.snapshot.tokenFamily;
    }
    ReplayableBody::Reader body = reply.openBody();
    if (!body.ok) {
        if (record.carriesToken)
            m_parts.underWay.finished(reply);
        const QString problem = reply.body().problem();
        reply.finishLater(QNetworkReply::ContentReSendError,
            problem.isEmpty() ? tr("The body of the request cannot be read again") : problem);
        return;
    }
    QNetworkReply *inner =
        m_parts.createInner(reply.operation(), request, body.device, admission.snapshot);
    reply.attemptSent(inner, std::move(body), admission.snapshot.generation);
    m_parts.reports.attemptSent(reply, admission);
}

// Slots may run dialogs, so they are called from the event loop. Somebody may sign in before.
void RequestSender::askForSignIn()
{
    QMetaObject::invokeMethod(
        &m_gate,
        [&gate = m_gate] {
            const SessionGate::Snapshot snapshot = gate.snapshot();
            if (!snapshot.isSignedIn && !snapshot.isRestoring)
                gate.requireSignIn(tr("Sign in to go on."));
        },
        Qt::QueuedConnection);
}

} // namespace authcore
