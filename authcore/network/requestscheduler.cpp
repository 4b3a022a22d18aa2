#include "authcore/network/requestscheduler.h"

#include "authcore/exchange/httpdate.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/network/challenges.h"
#include "authcore/network/credentials.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkCookieJar>
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
#include <QtNetwork/QHttp1Configuration>
#endif

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

QByteArray verbOf(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
{
    switch (operation) {
    case QNetworkAccessManager::HeadOperation:
        return "HEAD";
    case QNetworkAccessManager::GetOperation:
        return "GET";
    case QNetworkAccessManager::PutOperation:
        return "PUT";
    case QNetworkAccessManager::PostOperation:
        return "POST";
    case QNetworkAccessManager::DeleteOperation:
        return "DELETE";
    case QNetworkAccessManager::CustomOperation:
    case QNetworkAccessManager::UnknownOperation:
        break;
    }
    return request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
}

int connectionsPerHost([[maybe_unused]] const QNetworkRequest &request)
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return static_cast<int>(request.http1Configuration().numberOfConnectionsPerHost());
#else
    return RequestQueue::usualConnections;
#endif
}

bool mayUseHttp2OverPlainHttp(const QNetworkRequest &request)
{
    return request.attribute(QNetworkRequest::Http2CleartextAllowedAttribute).toBool()
        || request.attribute(QNetworkRequest::Http2DirectAttribute).toBool();
}

QUrl shown(const QUrl &url)
{
    return url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

QNetworkReply::NetworkError networkErrorFor(TokenError::Code code)
{
    switch (code) {
    case TokenError::Code::Rejected:
        return QNetworkReply::AuthenticationRequiredError;
    case TokenError::Code::Misconfigured:
    case TokenError::Code::Refused:
        return QNetworkReply::ProtocolInvalidOperationError;
    case TokenError::Code::NoNetwork:
        return QNetworkReply::TemporaryNetworkFailureError;
    case TokenError::Code::TimedOut:
        return QNetworkReply::TimeoutError;
    case TokenError::Code::ServerFailed:
    case TokenError::Code::RateLimited:
        return QNetworkReply::ServiceUnavailableError;
    case TokenError::Code::BadAnswer:
        return QNetworkReply::ProtocolFailure;
    case TokenError::Code::StoreUnwritable:
        return QNetworkReply::InternalServerError;
    }
    return QNetworkReply::UnknownNetworkError;
}

} // namespace

RequestScheduler::RequestScheduler(
    SessionGate &gate, QNetworkAccessManager &manager, CreateInner createInner)
    : m_gate(gate)
    , m_manager(manager)
    , m_waitingRoom(new QObject(&manager))
    , m_createInner(std::move(createInner))
    , m_refreshInProgress(gate.snapshot().isRefreshInProgress)
{
    renewProfile();
    connect(&gate, &SessionGate::refreshStarted, this, &RequestScheduler::onRefreshStarted);
    connect(&gate, &SessionGate::tokensRefreshed, this, &RequestScheduler::onTokensRefreshed);
    connect(&gate, &SessionGate::tokensReplaced, this, &RequestScheduler::onTokensReplaced);
    connect(&gate, &SessionGate::refreshOver, this, &RequestScheduler::renewRefreshInProgress);
    connect(&gate, &SessionGate::refreshFailed, this, &RequestScheduler::onRefreshFailed);
    connect(&gate, &SessionGate::sessionEnded, this, &RequestScheduler::onSessionEnded);
    connect(&gate, &SessionGate::refusalsSettled, this, &RequestScheduler::settleRefused);
    connect(&gate, &SessionGate::restored, this, &RequestScheduler::onRestored);
}

RequestScheduler::~RequestScheduler() = default;

void RequestScheduler::setWithoutSession(WithoutSession behaviour)
{
    if (std::exchange(m_withoutSession, behaviour) == behaviour) {
        pump();
        return;
    }
    // The time limit does not count the time in which a person was waited for.
    const auto now = m_gate.clock().monotonic();
    for (AuthReply *reply : m_queue.queued())
        reply->record().heldSince = now;
    rearmHoldTimer();
    pump();
}

QList<QNetworkReply *> RequestScheduler::pendingReplies() const
{
    QList<QNetworkReply *> pending;
    if (isHolding()) {
        for (AuthReply *reply : m_queue.queued())
            pending.append(reply);
    }
    return pending;
}

bool RequestScheduler::isProtected(const QUrl &url)
{
    return protectedOrigin(url) != nullptr && !profile().isPublicPath(url);
}

void RequestScheduler::renewProfile()
{
    // Again where another thread sets one in between: profile and revision are of one another.
    while (m_profileRevision != m_gate.profileRevision()) {
        m_profileRevision = m_gate.profileRevision();
        m_profile = m_gate.profile();
        m_keepsCookies = keepsCookies(*m_profile);
        m_origins.clear();
    }
}

void RequestScheduler::attach(QNetworkRequest &request, QNetworkAccessManager::Operation operation,
    const QByteArray &accessToken, const QList<QNetworkCookie> &cookies)
{
    attachToken(request, profile(), accessToken);
    if (!m_keepsCookies && profile().extraHeaders.empty())
        return;
    if (!isProtected(request.url())) // without a token nobody has looked again, since it came
        return;
    attachExtraHeaders(request, profile());
    if (m_keepsCookies)
        attachCookies(request, verbOf(operation, request), profile(), cookies,
            m_manager.cookieJar(), std::chrono::floor<std::chrono::seconds>(m_gate.clock().now()));
}

// Taking an origin to pieces costs more than all the rest of what we do for a request.
const RequestScheduler::ProtectedOrigin *RequestScheduler::protectedOrigin(const QUrl &url)
{
    const QString scheme = url.scheme();
    const QString host = url.host();
    const int port = url.port();
    for (const ProtectedOrigin &known : m_origins) {
        if (known.port == port && known.host == host && known.scheme == scheme)
            return &known;
    }
    if (!profile().hasProtectedOrigin(url))
        return nullptr;
    m_origins.push_back(
        {scheme, host, port, m_queue.originId(originOf(url)), profile().isTransportAllowed(url)});
    return &m_origins.back();
}

QNetworkReply *RequestScheduler::admit(
    QNetworkAccessManager::Operation operation, const QNetworkRequest &request, QIODevice *body)
{
    auto *reply = new AuthReply(m_manager, *this, m_gate.nextRequestId(), operation, request,
        ReplayableBody(body, request, m_bodyMemoryLimit));
    m_replies.insert(reply);
    AuthReply::RequestRecord &record = reply->record();
    const ProtectedOrigin &origin = *protectedOrigin(request.url());
    joinOrigin(*reply, origin.id);
    record.turn = {request.priority(), ++m_sequence};
    if (const SessionGate::Snapshot snapshot = m_gate.snapshot(); snapshot.isSignedIn) {
        record.account = snapshot.account;
        record.tokenFamily = snapshot.tokenFamily;
    }
    if (m_gate.isTraced())
        m_gate.trace(
            trace::RequestCreated {reply->id(), verbOf(operation, request), shown(request.url())});

    if (!origin.isTransportAllowed) {
        reply->finishLater(QNetworkReply::ProtocolInvalidOperationError,
            tr("Refused: an access token must not leave over plain http to %1")
                .arg(request.url().host()));
        return reply;
    }
    if (refusedForNumber(*reply))
        return reply;
    if (!reply->collectBody()) {
        m_gate.trace(trace::RequestQueued {reply->id()});
        return reply;
    }
    const bool isFirst = m_queue.queuedCount() == 0;
    enqueue(*reply);
    // Whatever emits comes from the event loop: the caller must have its reply before.
    const bool goesBare = !m_gate.snapshot().isSignedIn && !isHolding();
    if (goesBare || (isFirst && m_gate.isReady(leewayFor(*reply))))
        pump();
    else
        schedulePump();
    if (reply->stage() == AuthReply::Stage::Waiting) {
        reply->setParent(m_waitingRoom);
        if (isHolding())
            traceHeld(*reply);
        else
            m_gate.trace(trace::RequestQueued {reply->id()});
        armHoldTimer();
    }
    return reply;
}

// How many requests Qt is handed at a time there depends on what they may use.
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
    if (!isHolding() || m_queue.queuedCount() < profile().policy.maxHeld)
        return false;
    reply.finishLater(QNetworkReply::TemporaryNetworkFailureError,
        tr("Too many requests wait for the access token"));
    return true;
}

void RequestScheduler::close()
{
    m_closed = true;
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

bool RequestScheduler::isChallenge(const AuthReply &reply, int status) const
{
    return status >= 400 && reply.record().carriesToken
        && authcore::isChallenge(profile(), status, reply.inner()->rawHeader("WWW-Authenticate"));
}

void RequestScheduler::firstByte(AuthReply &reply, int status)
{
    m_gate.trace(trace::AttemptFirstByte {reply.id(), reply.attempt(), status});
    if (m_keepsCookies && reply.record().carriesToken)
        takeSetCookies(reply);
    noteAccepted(reply, status);
}

// A 2xx or 304 to a request with the token proves it at that origin. The session is told once for
// each generation, and again after a refusal.
void RequestScheduler::noteAccepted(const AuthReply &reply, int status)
{
    const bool isAccepted = (status >= 200 && status < 300) || status == 304;
    if (!isAccepted || !reply.record().carriesToken || reply.generation() == Generation {}
        || reply.inner()->attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool())
        return;
    const auto origin = static_cast<std::size_t>(reply.record().origin);
    if (m_accepted.size() <= origin)
        m_accepted.resize(origin + 1);
    const std::pair proof {reply.generation(), reply.record().refusalsBefore};
    if (std::exchange(m_accepted[origin], proof) == proof && !m_gate.hasRefusals())
        return;
    m_gate.accepted({reply.generation(), reply.record().refusalsBefore,
        {verbOf(reply.operation(), reply.request()), reply.url()}});
}

void RequestScheduler::noteSent(AuthReply &reply, const SessionGate::Admission &admission)
{
    reply.record().sentAt = m_gate.clock().monotonic();
    reply.record().refusalsBefore = admission.snapshot.refusals;
    reply.record().isCounted =
        profile().replayChallengeEndsSession && !admission.accessToken.isEmpty();
    if (reply.record().isCounted)
        m_gate.attemptSent(admission.snapshot.generation);
}

void RequestScheduler::noteOver(AuthReply &reply)
{
    if (std::exchange(reply.record().isCounted, false))
        m_gate.attemptOver(reply.generation());
}

// Those of the session are the session's; all others go where Qt would have put them.
void RequestScheduler::takeSetCookies(const AuthReply &reply)
{
    const QNetworkReply &inner = *reply.inner();
    const QByteArrayList headers = setCookieHeaders(inner);
    if (headers.isEmpty() || inner.attribute(QNetworkRequest::SourceIsFromCacheAttribute).toBool())
        return;
    const auto now = std::chrono::floor<std::chrono::seconds>(m_gate.clock().now());
    const auto known = m_gate.tokens().cookies;
    const auto isOurs = [this, &known](const QNetworkCookie &cookie) {
        return isSessionCookie(cookie.name(), profile(), known);
    };
    SessionGate::SetCookies fresh {
        reply.generation(), inner.url(), {}, httpDate(inner.rawHeader("Date"))};
    fresh.cookies = readCookies(headers, fresh.serverDate, now);
    fresh.cookies.removeIf([&isOurs](const QNetworkCookie &cookie) { return !isOurs(cookie); });
    if (!fresh.cookies.isEmpty())
        m_gate.takeCookies(fresh);

    const auto control = reply.request().attribute(
        QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Automatic);
    if (control.toInt() != QNetworkRequest::Automatic)
        return;
    auto others = inner.header(QNetworkRequest::SetCookieHeader).value<QList<QNetworkCookie>>();
    others.removeIf(isOurs);
    if (!others.isEmpty())
        m_manager.cookieJar()->setCookiesFromUrl(others, inner.url());
}

void RequestScheduler::attemptFinished(AuthReply &reply)
{
    const QNetworkReply &inner = *reply.inner();
    if (m_gate.isTraced()) {
        const QVariant status = inner.attribute(QNetworkRequest::HttpStatusCodeAttribute);
        m_gate.trace(trace::AttemptFinished {reply.id(), reply.attempt(),
            status.isValid() ? std::optional(status.toInt()) : std::nullopt, inner.error()});
    }
    noteOver(reply);
    if (!reply.record().carriesToken)
        return;
    const QVariant http2 = inner.attribute(QNetworkRequest::Http2WasUsedAttribute);
    if (http2.isValid() && !http2.toBool())
        m_queue.limitToHttp1(reply.record().origin);
    m_queue.finished(reply.record().origin);
    // Nothing is sent yet: if this answer is a challenge, the next request would earn one as well.
}

void RequestScheduler::bodyCollected(AuthReply &reply)
{
    if (refusedForNumber(reply)) // more have come while it was being read
        return;
    enqueue(reply);
    if (isHolding())
        traceHeld(reply);
    armHoldTimer();
    pump();
}

SessionGate::Challenge RequestScheduler::challengeOf(const AuthReply &reply)
{
    const AuthReply::RequestRecord &record = reply.record();
    return {reply.generation(), record.heldFor, record.ownRefresh, record.challenges, record.sentAt,
        {verbOf(reply.operation(), reply.request()), reply.url()}};
}

void RequestScheduler::challenged(AuthReply &reply)
{
    const auto trace = [this, id = reply.id(), attempt = reply.attempt()](
                           ChallengeOutcome outcome, RefreshId refresh) {
        const bool waits = outcome == ChallengeOutcome::StartedRefresh
            || outcome == ChallengeOutcome::JoinedRefresh;
        m_gate.trace(trace::Challenged {id, attempt, outcome, waits ? refresh : RefreshId {}});
    };
    if (isStranger(reply, m_gate.snapshot())) {
        trace(ChallengeOutcome::Delivered, {});
        reply.deliver();
        return;
    }
    // In the queue before the session is asked: its signals may end, change or answer everything.
    const QPointer<AuthReply> alive(&reply);
    ++reply.record().challenges;
    const SessionGate::Challenge challenge = challengeOf(reply);
    const int attempt = reply.attempt();
    enqueue(reply);
    const auto [outcome, refresh, waitsForOthers] = m_gate.challenged(challenge);
    if (!alive || !reply.hasChallenge() || reply.attempt() != attempt)
        return;
    const bool final = outcome == ChallengeOutcome::Delivered || !reply.canReplay()
        || (outcome == ChallengeOutcome::WaitsForSignIn
            && m_withoutSession != WithoutSession::HoldUntilSignIn);
    trace(final ? ChallengeOutcome::Delivered : outcome, refresh);
    if (final) {
        take(reply);
        if (waitsForOthers)
            m_refused.emplace_back(&reply);
        else
            reply.deliver();
        return;
    }
    reply.record().heldFor = refresh;
    reply.record().ownRefresh = refresh;
    if (isHolding())
        traceHeld(reply);
    armHoldTimer();
    pump();
}

void RequestScheduler::hopped(AuthReply &reply)
{
    renewProfile();
    AuthReply::RequestRecord &record = reply.record();
    const ProtectedOrigin *origin = protectedOrigin(reply.url());
    record.hasLeft =
        record.hasLeft || reply.hasLeftTls() || origin == nullptr || !origin->isTransportAllowed;
    record.carriesToken = !record.hasLeft && !profile().isPublicPath(reply.url());
    if (record.carriesToken) {
        joinOrigin(reply, origin->id);
        enqueue(reply);
        armHoldTimer();
    } else {
        launch(reply, {});
    }
    pump();
}

void RequestScheduler::paused(AuthReply &)
{
    schedulePump();
}

void RequestScheduler::finishing(AuthReply &reply, QNetworkReply::NetworkError error)
{
    if (m_gate.isTraced()) {
        const QVariant status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
        m_gate.trace(trace::RequestFinished {
            reply.id(), status.isValid() ? std::optional(status.toInt()) : std::nullopt, error});
    }
    pump();
}

void RequestScheduler::withdrawn(AuthReply &reply, AuthReply::Stage stage)
{
    if (stage == AuthReply::Stage::Waiting) {
        take(reply);
    } else {
        noteOver(reply);
        if (reply.record().carriesToken)
            m_queue.finished(reply.record().origin);
    }
    // Qt must get no request inside an abort: when many replies are aborted one after the other and
    // each abort starts another request, Qt 6.4.2 stops answering requests to that host for good.
    m_restsUntilNextTurn = true;
    schedulePump();
}

void RequestScheduler::died(AuthReply &reply)
{
    m_replies.remove(&reply);
}

void RequestScheduler::onRestored()
{
    rearmHoldTimer();
    pump();
}

void RequestScheduler::onRefreshStarted()
{
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    m_refreshInProgress = snapshot.isRefreshInProgress;
    holdFor(snapshot.refresh);
}

// What waits, waits for `refresh`: known from the session, which may tell before its signal is
// here, or from the signal.
void RequestScheduler::holdFor(RefreshId refresh)
{
    if (refresh == RefreshId {} || std::exchange(m_heldFor, refresh) == refresh)
        return;
    const auto now = m_gate.clock().monotonic();
    for (AuthReply *reply : m_queue.queued()) {
        reply->record().heldSince = now;
        reply->record().heldFor = refresh;
        if (reply->hasChallenge())
            reply->record().ownRefresh = refresh;
        traceHeld(*reply);
    }
    armHoldTimer();
}

void RequestScheduler::onTokensRefreshed()
{
    m_refreshInProgress = m_gate.snapshot().isRefreshInProgress;
    rearmHoldTimer();
    if (m_gate.isTraced()) {
        for (const AuthReply *reply : m_queue.queued())
            m_gate.trace(trace::RequestQueued {reply->id()});
    }
    pump();
}

void RequestScheduler::onTokensReplaced()
{
    m_refreshInProgress = m_gate.snapshot().isRefreshInProgress;
    rearmHoldTimer();
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    std::vector<QPointer<AuthReply>> strangers;
    for (AuthReply *reply : m_queue.queued()) {
        if (isStranger(*reply, snapshot))
            strangers.emplace_back(reply);
        else
            m_gate.trace(trace::RequestQueued {reply->id()});
    }
    for (const QPointer<AuthReply> &reply : strangers)
        take(*reply);
    pump();
    settle(strangers, &RequestScheduler::finishWithoutSession);
}

void RequestScheduler::renewRefreshInProgress()
{
    m_refreshInProgress = m_gate.snapshot().isRefreshInProgress;
}

void RequestScheduler::settleRefused()
{
    settle(std::exchange(m_refused, {}), [](AuthReply &reply) {
        if (reply.hasChallenge())
            reply.deliver();
    });
}

void RequestScheduler::onRefreshFailed(const TokenError &error, RefreshId refresh)
{
    renewRefreshInProgress();
    rearmHoldTimer();
    const bool usable = m_gate.isTokenUsable();
    std::vector<QPointer<AuthReply>> failed;
    for (AuthReply *reply : m_queue.queued()) {
        if (reply->record().heldFor == refresh && (reply->hasChallenge() || !usable))
            failed.emplace_back(reply);
    }
    for (const QPointer<AuthReply> &reply : failed)
        take(*reply);
    const QPointer<QNetworkAccessManager> alive(&m_manager);
    settle(failed, [&error](AuthReply &reply) { refuse(reply, error); });
    if (alive)
        pump();
}

void RequestScheduler::onSessionEnded(EndReason reason)
{
    renewRefreshInProgress();
    rearmHoldTimer();
    const QPointer<QNetworkAccessManager> alive(&m_manager);
    settleRefused();
    if (!alive || m_gate.snapshot().isSignedIn)
        return; // a slot before ours has signed in anew
    // Who signs out or leaves is done with what waits; who is thrown out may want it after the next
    // sign-in.
    const bool isDone = reason == EndReason::SignedOut || reason == EndReason::Left;
    if (!isDone && isWaitingForPerson()) {
        for (const AuthReply *reply : m_queue.queued())
            traceHeld(*reply);
        return;
    }
    const QList<AuthReply *> queued = m_queue.queued();
    const std::vector<QPointer<AuthReply>> waiting(queued.begin(), queued.end());
    for (AuthReply *reply : queued)
        take(*reply);
    settle(waiting, &RequestScheduler::finishWithoutSession);
}

bool RequestScheduler::isHolding() const
{
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    return snapshot.isRestoring || snapshot.isRefreshInProgress
        || (!snapshot.isSignedIn && m_withoutSession == WithoutSession::HoldUntilSignIn);
}

bool RequestScheduler::isWaitingForPerson() const
{
    return m_withoutSession == WithoutSession::HoldUntilSignIn && !m_gate.snapshot().isSignedIn;
}

// Issued under another account, or under one that nobody can name.
bool RequestScheduler::isStranger(const AuthReply &reply, const SessionGate::Snapshot &snapshot)
{
    const auto &account = reply.record().account;
    return account && snapshot.isSignedIn && reply.record().tokenFamily != snapshot.tokenFamily
        && (account->isEmpty() || *account != snapshot.account);
}

void RequestScheduler::enqueue(AuthReply &reply)
{
    reply.record().heldSince = m_gate.clock().monotonic();
    if (const RefreshId refresh = m_gate.snapshot().refresh; refresh != RefreshId {})
        reply.record().heldFor = refresh;
    m_queue.enqueue(reply.record().origin, reply.record().turn, &reply);
}

bool RequestScheduler::take(AuthReply &reply)
{
    return m_queue.remove(reply.record().origin, reply.record().turn);
}

// From the event loop: its slots may run dialogs. And somebody may have signed in before.
void RequestScheduler::askForSignIn()
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

// Sends what may leave. Nested only in slots of the session: see sendNext().
void RequestScheduler::pump()
{
    m_pumpAgain = true;
    if (m_closed || m_pumping || m_restsUntilNextTurn)
        return;
    const QPointer<QNetworkAccessManager> alive(&m_manager);
    m_pumping = true;
    do {
        m_pumpAgain = false;
        while (!alive.isNull() && sendNext()) { }
    } while (!alive.isNull() && m_pumpAgain);
    if (alive)
        m_pumping = false;
}

void RequestScheduler::schedulePump()
{
    if (!std::exchange(m_pumpScheduled, true))
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_pumpScheduled = false;
                m_restsUntilNextTurn = false;
                pump();
            },
            Qt::QueuedConnection);
}

// A server may tell of a token at its end only when it has read the whole body, and one that tells
// earlier and hangs up is not heard at all: Qt reports a broken connection.
SessionGate::Leeway RequestScheduler::leewayFor(const AuthReply &reply) const
{
    const std::optional<qint64> size = reply.body().size();
    const bool isUpload =
        !reply.canReplay() || (size && std::size_t(*size) >= profile().policy.largeUpload);
    return isUpload ? SessionGate::Leeway::Upload : SessionGate::Leeway::Usual;
}

// Account and profile may have changed since this reply was let in.
bool RequestScheduler::mayCarryToken(const AuthReply &reply, const SessionGate::Snapshot &snapshot)
{
    const ProtectedOrigin *origin =
        isProtected(reply.url()) ? protectedOrigin(reply.url()) : nullptr;
    return origin != nullptr && origin->isTransportAllowed && !isStranger(reply, snapshot);
}

bool RequestScheduler::sendNext()
{
    using Answer = SessionGate::Admission::Answer;
    AuthReply *reply = m_queue.next();
    if (!reply)
        return false;
    const QPointer<QNetworkAccessManager> alive(&m_manager);
    renewProfile();
    m_pumping = false; // slots of the session may run dialogs, and all goes on meanwhile
    const SessionGate::Admission admission =
        m_gate.admit(reply->record().heldFor, leewayFor(*reply));
    if (!alive)
        return false;
    m_pumping = true;
    if (m_queue.next() != reply)
        return true; // a slot has changed the order of things
    switch (admission.answer) {
    case Answer::Wait:
        holdFor(admission.snapshot.refresh);
        if (admission.isEarly)
            schedulePump();
        return false;
    case Answer::Send:
        return sendWith(*reply, admission);
    case Answer::CoolingDown:
        take(*reply);
        later(*reply, [error = *admission.error](AuthReply &refused) { refuse(refused, error); });
        return true;
    case Answer::NoSession:
        break;
    }
    if (m_withoutSession == WithoutSession::HoldUntilSignIn) {
        askForSignIn();
        return false; // if somebody has signed in meanwhile, tokensReplaced() sends it
    }
    const SessionGate::Snapshot snapshot = m_gate.snapshot();
    if (snapshot.isSignedIn || snapshot.isRestoring)
        return true; // likewise: once more
    take(*reply);
    if (reply->hasChallenge() || reply->record().account) {
        later(*reply,
            &RequestScheduler::finishWithoutSession); // its session is over: nothing is sent again
        return true;
    }
    m_queue.started(reply->record().origin);
    launch(*reply, {});
    return !alive.isNull();
}

bool RequestScheduler::sendWith(AuthReply &reply, const SessionGate::Admission &admission)
{
    const QPointer<QNetworkAccessManager> alive(&m_manager);
    renewProfile();
    if (m_profileRevision != admission.profileRevision)
        return true; // the token is of another profile than the one to judge by: once more
    const bool mayCarry = mayCarryToken(reply, admission.snapshot);
    if (reply.hasChallenge() && reply.generation() == admission.snapshot.generation)
        return false; // its refresh has failed: another manager's slot knows before we hear of it
    take(reply);
    if (!mayCarry) {
        later(reply, &RequestScheduler::finishWithoutSession);
        return true;
    }
    m_queue.started(reply.record().origin);
    launch(reply, admission);
    return !alive.isNull();
}

void RequestScheduler::launch(AuthReply &reply, const SessionGate::Admission &admission)
{
    reply.dropChallenge();
    if (reply.parent() == m_waitingRoom) // else its caller has given it another
        reply.setParent(&m_manager);
    QNetworkRequest request = reply.outgoingRequest();
    if (reply.record().carriesToken)
        attach(request, reply.operation(), admission.accessToken, admission.cookies);
    if (!admission.accessToken.isEmpty() && !reply.record().account) { // nobody's until now
        reply.record().account = admission.snapshot.account;
        reply.record().tokenFamily = admission.snapshot.tokenFamily;
    }
    ReplayableBody::Reader body = reply.openBody();
    if (!body.ok) {
        if (reply.record().carriesToken)
            m_queue.finished(reply.record().origin);
        const QString problem = reply.body().problem();
        reply.finishLater(QNetworkReply::ContentReSendError,
            problem.isEmpty() ? tr("The body of the request cannot be read again") : problem);
        return;
    }
    QNetworkReply *inner =
        m_createInner(reply.operation(), request, body.device, admission.snapshot);
    const Generation generation = admission.snapshot.generation;
    reply.attemptSent(inner, std::move(body), generation);
    noteSent(reply, admission);
    if (m_gate.isTraced())
        m_gate.trace(
            trace::AttemptSent {reply.id(), reply.attempt(), generation, shown(reply.url())});
}

void RequestScheduler::refuse(AuthReply &reply, const TokenError &error)
{
    reply.finishWithError(networkErrorFor(error.code),
        tr("The access token could not be refreshed: %1").arg(error.detail));
}

// Finishes replies that were taken out of the queue. Slots may delete any of them, and us.
void RequestScheduler::settle(
    const std::vector<QPointer<AuthReply>> &replies, const std::function<void(AuthReply &)> &finish)
{
    for (const QPointer<AuthReply> &reply : replies) {
        if (reply)
            finish(*reply);
    }
}

// Likewise, but from the event loop: we may be inside somebody's get().
void RequestScheduler::later(AuthReply &reply, const std::function<void(AuthReply &)> &finish)
{
    QMetaObject::invokeMethod(
        &reply, [&reply, finish] { finish(reply); }, Qt::QueuedConnection);
}

// What a caller is left with when its session is over: the challenge that it got, or none at all.
void RequestScheduler::finishWithoutSession(AuthReply &reply)
{
    if (reply.hasChallenge())
        reply.deliver();
    else
        reply.finishWithError(
            QNetworkReply::AuthenticationRequiredError, tr("Nobody is signed in any more"));
}

void RequestScheduler::traceHeld(const AuthReply &reply) const
{
    m_gate.trace(trace::RequestHeld {reply.id(), m_gate.snapshot().refresh});
}

// One timer for all, that of the one held longest. A person may take any time.
void RequestScheduler::armHoldTimer()
{
    if (m_holdTimer || !isHolding() || isWaitingForPerson() || m_queue.queuedCount() == 0)
        return;
    const auto now = m_gate.clock().monotonic();
    auto oldest = now;
    for (const AuthReply *reply : m_queue.queued())
        oldest = std::min(oldest, reply->record().heldSince);
    const auto left = oldest + profile().policy.holdTimeout - now;
    m_holdTimer = std::make_unique<Deadline>(m_gate.clock(),
        std::chrono::ceil<std::chrono::milliseconds>(left), [this] { holdTimePassed(); });
}

// What was waited for is over, but the next such thing may have begun: a slot before ours may have
// seen to that.
void RequestScheduler::rearmHoldTimer()
{
    m_holdTimer.reset();
    armHoldTimer();
}

void RequestScheduler::holdTimePassed()
{
    m_holdTimer.reset();
    const auto now = m_gate.clock().monotonic();
    std::vector<QPointer<AuthReply>> late;
    for (AuthReply *reply : m_queue.queued()) {
        if (reply->record().heldSince + profile().policy.holdTimeout <= now)
            late.emplace_back(reply);
    }
    for (const QPointer<AuthReply> &reply : late)
        take(*reply);
    armHoldTimer();
    settle(late, [](AuthReply &reply) {
        reply.finishWithError(
            QNetworkReply::TimeoutError, tr("Timed out while waiting for the access token"));
    });
}

} // namespace authcore
