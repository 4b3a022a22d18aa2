#include "authcore/network/requestscheduler.h"

#include "authcore/network/replyendings.h"
#include "authcore/network/requestfacts.h"
#include "authcore/session/logging.h"

#include <algorithm>
#include <utility>

namespace authcore {

namespace {

SessionGate::Challenge challengeOf(const AuthReply &reply)
{
    const AuthReply::RequestRecord &record = reply.record();
    return {reply.generation(), record.heldFor, record.ownRefresh, record.challenges, record.sentAt,
        {verbOf(reply.operation(), reply.request()), reply.url()}};
}

} // namespace

RequestScheduler::RequestScheduler(
    SessionGate &gate, QNetworkAccessManager &manager, CreateInner createInner)
    : m_gate(gate)
    , m_manager(manager)
    , m_waitingRoom(new QObject(&manager))
    , m_origins(gate, m_queue)
    , m_judge(m_origins)
    , m_credentials(gate, m_origins, manager)
    , m_reports(gate, m_origins)
    , m_hold(gate, m_queue, m_origins, m_reports, [this] { holdLimitPassed(); })
    , m_underWay(
          gate.clock(), m_queue, [this] { m_sender.schedulePump(); },
          [this](AuthReply &reply) { onLost(reply); })
    , m_sender({gate, manager, m_queue, m_origins, m_credentials, m_reports, m_hold, m_underWay,
          std::move(createInner), m_waitingRoom})
    , m_isRefreshInProgress(gate.snapshot().isRefreshInProgress)
{
    m_sender.setParent(this); // moves to another thread with this
    connect(&gate, &SessionGate::refreshStarted, this, &RequestScheduler::onRefreshStarted);
    connect(&gate, &SessionGate::tokensRefreshed, this, &RequestScheduler::onTokensRefreshed);
    connect(&gate, &SessionGate::tokensReplaced, this, &RequestScheduler::onTokensReplaced);
    connect(&gate, &SessionGate::refreshOver, this, &RequestScheduler::renewRefreshInProgress);
    connect(&gate, &SessionGate::refreshFailed, this, &RequestScheduler::onRefreshFailed);
    connect(&gate, &SessionGate::sessionEnded, this, &RequestScheduler::onSessionEnded);
    connect(&gate, &SessionGate::refusalsSettled, this, &RequestScheduler::onRefusalsSettled);
    connect(&gate, &SessionGate::restored, this, &RequestScheduler::onRestored);
}

RequestScheduler::~RequestScheduler() = default;

void RequestScheduler::setWithoutSession(WithoutSession behaviour)
{
    m_hold.setWithoutSession(behaviour);
    m_sender.pump();
}

QList<QNetworkReply *> RequestScheduler::pendingReplies() const
{
    QList<QNetworkReply *> pending;
    if (m_hold.isHolding()) {
        for (AuthReply *reply : m_queue.queued())
            pending.append(reply);
    }
    return pending;
}

QNetworkReply *RequestScheduler::admit(
    QNetworkAccessManager::Operation operation, const QNetworkRequest &request, QIODevice *body)
{
    auto *reply = new AuthReply(m_manager, *this, m_gate.nextRequestId(), operation, request,
        ReplayableBody(body, request, m_bodyMemoryLimit));
    m_replies.insert(reply);
    const ProtectedOrigins::Origin &origin = *m_origins.find(request.url());
    joinOrigin(*reply, origin.id);
    AuthReply::RequestRecord &record = reply->record();
    record.turn = {request.priority(), ++m_sequence};
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    if (snapshot.isSignedIn) {
        record.account = snapshot.account;
        record.tokenFamily = snapshot.tokenFamily;
    }
    m_reports.created(*reply);

    if (!origin.isTransportAllowed) {
        qCInfo(networkLog) << "refused: plain http to" << request.url().host();
        reply->finishLater(QNetworkReply::ProtocolInvalidOperationError,
            tr("Refused: an access token must not leave over plain http to %1")
                .arg(request.url().host()));
        return reply;
    }
    if (refusedForNumber(*reply))
        return reply;
    if (!reply->collectBody()) {
        m_reports.queued(*reply);
        return reply;
    }
    const bool isFirst = m_queue.queuedCount() == 0;
    m_hold.enqueue(*reply);
    // The caller must have its reply before the first signal, which the event loop emits.
    const bool goesBare = !snapshot.isSignedIn && !m_hold.isHolding();
    if (goesBare || (isFirst && m_gate.isReady(m_sender.leewayFor(*reply))))
        m_sender.pump();
    else
        m_sender.schedulePump();
    if (reply->stage() == AuthReply::Stage::Waiting) {
        reply->setParent(m_waitingRoom);
        if (m_hold.isHolding())
            m_reports.held(*reply);
        else
            m_reports.queued(*reply);
        m_hold.armLimit();
    }
    return reply;
}

// The connections and protocols of its requests decide how large the window of an origin is.
void RequestScheduler::joinOrigin(AuthReply &reply, RequestQueue::OriginId origin)
{
    const QNetworkRequest request = reply.request();
    reply.record().origin = origin;
    m_queue.askForConnections(origin, connectionsPerHost(request));
    if (mayUseHttp2OverPlainHttp(request))
        m_queue.allowHttp2(origin);
}

bool RequestScheduler::refusedForNumber(AuthReply &reply) const
{
    if (!m_hold.isHolding() || m_queue.queuedCount() < m_origins.profile().policy.maxHeld)
        return false;
    reply.finishLater(QNetworkReply::TemporaryNetworkFailureError,
        tr("Too many requests wait for the access token"));
    return true;
}

void RequestScheduler::detachReplies()
{
    const QSet<AuthReply *> left = std::exchange(m_replies, {});
    for (AuthReply *reply : left)
        reply->outliveManager();
}

AuthReply *RequestScheduler::outerReply(const QNetworkReply *inner) const
{
    const auto outer = std::find_if(m_replies.begin(), m_replies.end(),
        [inner](const AuthReply *reply) { return reply->inner() == inner; });
    return outer == m_replies.end() ? nullptr : *outer;
}

void RequestScheduler::firstByte(AuthReply &reply, int status)
{
    if (m_origins.keepsCookies() && reply.record().carriesToken)
        m_credentials.takeSetCookies(*reply.inner(), reply.request(), reply.generation());
    m_reports.firstByte(reply, status);
    if (!m_judge.isChallenge(reply, status) && !m_judge.mayBeChallenge(reply, status))
        noChallenge(reply, status);
}

void RequestScheduler::noChallenge(AuthReply &reply, int status)
{
    m_reports.noChallenge(reply, status);
    m_underWay.answered(reply, status);
}

void RequestScheduler::attemptFinished(AuthReply &reply)
{
    m_reports.attemptFinished(reply);
    if (!reply.record().carriesToken)
        return;
    const QVariant http2 = reply.inner()->attribute(QNetworkRequest::Http2WasUsedAttribute);
    if (http2.isValid() && !http2.toBool())
        m_queue.limitToHttp1(reply.record().origin);
    else if (http2.isValid())
        m_queue.noteHttp2(reply.record().origin);
    m_underWay.finished(reply);
    // Nothing is sent yet: if this answer is a challenge, the next request would get one as well.
}

void RequestScheduler::bodyCollected(AuthReply &reply)
{
    if (refusedForNumber(reply)) // others were queued while the body was read
        return;
    m_hold.enqueue(reply);
    sendOrHold(reply);
}

void RequestScheduler::challenged(AuthReply &reply)
{
    if (RequestSender::isStranger(reply, m_gate.snapshot())) {
        m_reports.challenged(reply, ChallengeOutcome::Delivered, {});
        reply.deliver();
        return;
    }
    // The reply joins the queue before the session is asked, whose signals may end or send it.
    const QPointer<AuthReply> alive(&reply);
    ++reply.record().challenges;
    const SessionGate::Challenge challenge = challengeOf(reply);
    const int attempt = reply.attempt();
    m_hold.enqueue(reply);
    const auto [outcome, refresh, waitsForOthers] = m_gate.challenged(challenge);
    if (!alive || !reply.hasChallenge() || reply.attempt() != attempt)
        return;
    const bool isFinal = outcome == ChallengeOutcome::Delivered || !reply.canReplay()
        || (outcome == ChallengeOutcome::WaitsForSignIn
            && m_hold.withoutSession() != WithoutSession::HoldUntilSignIn);
    m_reports.challenged(reply, isFinal ? ChallengeOutcome::Delivered : outcome, refresh);
    qCDebug(networkLog) << "request" << quint64(reply.id()) << "was challenged:" << outcome;
    if (outcome == ChallengeOutcome::WaitsForSignIn && reply.generation() == Generation {})
        m_sender.askForSignIn();
    if (isFinal) {
        m_hold.dequeue(reply);
        if (waitsForOthers)
            m_refused.emplace_back(&reply);
        else
            reply.deliver();
        return;
    }
    reply.record().heldFor = refresh;
    reply.record().ownRefresh = refresh;
    sendOrHold(reply);
}

void RequestScheduler::hopped(AuthReply &reply)
{
    m_origins.renew();
    AuthReply::RequestRecord &record = reply.record();
    const ProtectedOrigins::Origin *origin = m_origins.find(reply.url());
    record.hasLeft =
        record.hasLeft || reply.hasLeftTls() || origin == nullptr || !origin->isTransportAllowed;
    record.carriesToken = !record.hasLeft && !m_origins.profile().isPublicPath(reply.url());
    if (record.carriesToken) {
        joinOrigin(reply, origin->id);
        m_hold.enqueue(reply);
        m_hold.armLimit();
    } else {
        m_sender.send(reply, {});
    }
    m_sender.pump();
}

bool RequestScheduler::isToRepeat(const AuthReply &reply) const
{
    return reply.record().carriesToken && m_underWay.isUnprocessed(reply);
}

void RequestScheduler::repeated(AuthReply &reply)
{
    qCInfo(networkLog) << "request" << quint64(reply.id()) << "was not processed by the server";
    ++reply.record().repeats;
    m_queue.giveUp(reply.record().origin, reply.record().connection);
    m_hold.enqueue(reply);
    sendOrHold(reply);
}

void RequestScheduler::onLost(AuthReply &reply)
{
    m_reports.attemptFinished(reply);
    m_underWay.finished(reply);
    reply.repeat();
}

void RequestScheduler::paused(AuthReply &)
{
    m_sender.schedulePump();
}

void RequestScheduler::finishing(AuthReply &reply, QNetworkReply::NetworkError error)
{
    m_reports.finishing(reply, error);
    m_sender.pump();
}

void RequestScheduler::withdrawn(AuthReply &reply, AuthReply::Stage stage)
{
    if (stage == AuthReply::Stage::Waiting) {
        m_hold.dequeue(reply);
        m_sender.schedulePump();
        return;
    }
    m_reports.withdrawn(reply);
    if (reply.record().carriesToken)
        m_underWay.finished(reply);
    m_sender.restAfterAbort();
}

void RequestScheduler::died(AuthReply &reply)
{
    m_replies.remove(&reply);
}

void RequestScheduler::onRestored()
{
    m_hold.rearmLimit();
    m_sender.pump();
}

void RequestScheduler::onRefreshStarted()
{
    renewRefreshInProgress();
    m_hold.waitFor(m_gate.snapshot().refresh);
}

void RequestScheduler::onTokensRefreshed()
{
    renewRefreshInProgress();
    m_hold.rearmLimit();
    traceQueued();
    m_sender.pump();
}

void RequestScheduler::onTokensReplaced()
{
    renewRefreshInProgress();
    m_hold.rearmLimit();
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    const auto strangers = m_hold.take(
        [&](const AuthReply &reply) { return RequestSender::isStranger(reply, snapshot); });
    traceQueued();
    m_sender.pump();
    finishEach(strangers, finishWithoutSession);
}

// Listing the queue costs time, so it happens only for a trace.
void RequestScheduler::traceQueued()
{
    if (!m_gate.isTraced())
        return;
    for (const AuthReply *reply : m_queue.queued())
        m_reports.queued(*reply);
}

void RequestScheduler::renewRefreshInProgress()
{
    m_isRefreshInProgress = m_gate.snapshot().isRefreshInProgress;
}

void RequestScheduler::onRefusalsSettled()
{
    finishEach(std::exchange(m_refused, {}), [](AuthReply &reply) {
        if (reply.hasChallenge())
            reply.deliver();
    });
}

void RequestScheduler::onRefreshFailed(const TokenError &error, RefreshId refresh)
{
    renewRefreshInProgress();
    m_hold.rearmLimit();
    const bool isUsable = m_gate.isTokenUsable();
    const auto failed = m_hold.take([&](const AuthReply &reply) {
        return reply.record().heldFor == refresh && (reply.hasChallenge() || !isUsable);
    });
    const QPointer alive(this);
    finishEach(failed, [&error](AuthReply &reply) { finishWithRefreshError(reply, error); });
    if (alive)
        m_sender.pump();
}

void RequestScheduler::onSessionEnded(EndReason reason)
{
    renewRefreshInProgress();
    m_hold.rearmLimit();
    const QPointer alive(this);
    onRefusalsSettled();
    if (alive.isNull() || m_gate.snapshot().isSignedIn)
        return; // a slot has signed in anew
    // A person who signs out does not need the waiting requests any more; a person whose session
    // was lost may want them after the next sign-in.
    const bool isDone = reason == EndReason::SignedOut || reason == EndReason::Left;
    if (!isDone && m_hold.isWaitingForPerson()) {
        for (const AuthReply *reply : m_queue.queued())
            m_reports.held(*reply);
        return;
    }
    finishEach(m_hold.take([](const AuthReply &) { return true; }), finishWithoutSession);
}

void RequestScheduler::sendOrHold(AuthReply &reply)
{
    if (m_hold.isHolding())
        m_reports.held(reply);
    m_hold.armLimit();
    m_sender.pump();
}

void RequestScheduler::holdLimitPassed()
{
    const auto late =
        m_hold.take([this](const AuthReply &reply) { return m_hold.isOverdue(reply); });
    m_hold.armLimit();
    finishEach(late, [](AuthReply &reply) {
        reply.finishWithError(
            QNetworkReply::TimeoutError, tr("Timed out while waiting for the access token"));
    });
}

} // namespace authcore
