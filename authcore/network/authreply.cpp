#include "authcore/network/authreply.h"

#include "authcore/network/answerjudge.h"
#include "authcore/network/challenges.h"

#include <utility>

namespace authcore {

namespace {

// How much Qt may keep of an answer that nobody reads. Qt counts compressed bytes but shows
// uncompressed ones, so half of the limit counts as full.
constexpr qint64 hiddenBufferSize = 256LL * 1024;

} // namespace

AuthReply::AuthReply(QNetworkAccessManager &manager, Owner &owner, RequestId id,
    QNetworkAccessManager::Operation operation, const QNetworkRequest &request, ReplayableBody body)
    : MirroredReply(manager, operation, request)
    , m_owner(owner)
    , m_body(std::move(body))
    , m_id(id)
{
}

AuthReply::~AuthReply()
{
    const Stage stage = std::exchange(m_stage, Stage::Finished);
    if (Owner *owner = this->owner()) {
        if (stage != Stage::Finished)
            owner->withdrawn(*this, stage);
        owner->died(*this);
    }
    dropAttempt(safeDeletion());
}

QNetworkRequest AuthReply::outgoingRequest() const
{
    QNetworkRequest outgoing = request();
    m_trail.apply(outgoing, url());
    return outgoing;
}

bool AuthReply::collectBody()
{
    SpooledBody *spooled = m_body.toCollect();
    if (!spooled)
        return true;
    connect(spooled, &SpooledBody::collected, this, [this] {
        if (Owner *owner = this->owner(); owner && m_stage == Stage::Waiting)
            owner->bodyCollected(*this);
    });
    spooled->collect();
    return false;
}

ReplayableBody::Reader AuthReply::openBody()
{
    return m_trail.hasDroppedBody() ? ReplayableBody::Reader {} : m_body.open();
}

// Deleting a reply that still runs aborts it, and Qt gets the next request right after this call.
// The abort therefore waits for the event loop; see RequestSender::restAfterAbort().
void AuthReply::dropChallenge()
{
    const bool isOnItsWay = inner() != nullptr && inner()->isRunning();
    dropAttempt(isOnItsWay ? Deletion::Later : safeDeletion());
}

void AuthReply::attemptSent(
    QNetworkReply *inner, ReplayableBody::Reader body, Generation generation)
{
    if (body.owned)
        body.owned.release()->setParent(inner);
    m_generation = generation;
    ++m_attempt;
    m_stage = Stage::Sent;
    m_hides = Hides::Nothing;
    // Newer Qt reports a custom request with the verb GET as a GET.
    if (operation() == QNetworkAccessManager::CustomOperation)
        setOperation(inner->operation());
    if (liveManager()->isStrictTransportSecurityEnabled() && inner->url() != url())
        followHsts(inner->url());
    mirror(inner);
    if (m_record.isWatched)
        watchSending();
}

// As in dropChallenge(), the abort of a running attempt waits for the event loop.
void AuthReply::repeat()
{
    m_stage = Stage::Waiting;
    m_isReplay = m_isReplay || isInnerSent();
    dropAttempt(Deletion::Later);
    if (Owner *owner = this->owner())
        owner->repeated(*this);
}

// Qt has replaced http by https.
void AuthReply::followHsts(const QUrl &safe)
{
    setUrl(safe);
    if (m_trail.isEmpty()) {
        QNetworkRequest upgraded = request();
        upgraded.setUrl(safe);
        setRequest(upgraded);
    }
    setAttribute(QNetworkRequest::ConnectionEncryptedAttribute, true);
}

void AuthReply::deliver()
{
    if (inner() == nullptr) {
        finishWithError(AuthenticationRequiredError, tr("Host requires authentication"));
        return;
    }
    deliverInner();
}

void AuthReply::finishWithError(NetworkError code, const QString &text)
{
    if (m_stage == Stage::Finished || showsInner()) // the caller reads its challenge already
        return;
    dropAttempt(safeDeletion());
    forgetReceived(); // of a challenge, which does not show any more
    finish(code, text);
}

void AuthReply::finishLater(NetworkError code, const QString &text)
{
    QMetaObject::invokeMethod(
        this, [this, code, text] { finishWithError(code, text); }, Qt::QueuedConnection);
}

void AuthReply::outliveManager()
{
    if (m_stage != Stage::Finished)
        dropAttempt(safeDeletion());
    forgetManager();
}

void AuthReply::innerMetaDataChanged()
{
    const int status = innerStatus();
    if (Owner *owner = this->owner())
        owner->firstByte(*this, status);
    if (!showsInner())
        m_hides = hiddenBy(status);
    if (showsInner() || m_hides == Hides::Nothing) {
        showInner();
        return;
    }
    const bool isChallenge = m_hides == Hides::Challenge;
    const bool isRead = isChallenge || m_hides == Hides::PerhapsChallenge;
    const bool isSmall = readBufferSize() > 0 && readBufferSize() < hiddenBufferSize;
    // Qt 6.4 does not read on when a small buffer grows.
    setHiddenBufferSize(isRead && isSmall ? 0 : hiddenBufferSize);
    // Over HTTP/2 a challenge whose body stalls holds up one stream; over HTTP/1 it keeps one of
    // the few connections, and Qt shows a 401 only when its body has ended.
    if (isChallenge && inner()->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool())
        judgeChallenge();
}

void AuthReply::innerGrew()
{
    if (m_stage == Stage::Sent && m_hides == Hides::Redirect)
        discardHiddenBody();
    else if (m_stage == Stage::Sent && m_hides == Hides::Challenge
        && inner()->bytesAvailable() >= hiddenBufferSize / 2)
        judgeChallenge();
    else if (m_stage == Stage::Sent && m_hides == Hides::PerhapsChallenge
        && inner()->bytesAvailable() > largestChallengeBody && !isChallengeInBody())
        showHiddenInner();
}

AuthReply::Hides AuthReply::hiddenBy(int status) const
{
    if (owner() != nullptr && owner()->judge().isChallenge(*this, status))
        return Hides::Challenge;
    if (owner() != nullptr && owner()->judge().mayBeChallenge(*this, status))
        return Hides::PerhapsChallenge;
    return RedirectTrail::isFollowed(request(), status) ? Hides::Redirect : Hides::Nothing;
}

// An answer that is none is the caller's, and proves the token.
bool AuthReply::isChallengeInBody()
{
    Owner *owner = this->owner();
    if (owner == nullptr)
        return false;
    const bool isChallenge = inner()->isFinished() && inner()->error() == NoError
        && inner()->bytesAvailable() <= largestChallengeBody
        && owner->judge().isChallengeBody(hiddenBody());
    if (!isChallenge)
        owner->noChallenge(*this, innerStatus());
    return isChallenge;
}

// A challenge is judged at its end, over HTTP/2 at its headers, or when its body is longer than the
// buffer. The rest of the body waits until the challenge is delivered or dropped.
void AuthReply::judgeChallenge()
{
    if (Owner *owner = this->owner()) {
        owner->attemptFinished(*this);
        m_stage = Stage::Waiting;
        m_isReplay = true; // from here on
        owner->challenged(*this);
    }
}

void AuthReply::innerFinished()
{
    m_body.closeReader(); // the caller may use the device again
    if (m_stage == Stage::Waiting) { // a challenge that was judged before its end
        if (showsInner())
            finishAsInner();
        return;
    }
    const int status = innerStatus();
    const Hides hides = hasMetaData() && !showsInner() ? hiddenBy(status) : Hides::Nothing;
    if (hides == Hides::Challenge || (hides == Hides::PerhapsChallenge && isChallengeInBody())) {
        judgeChallenge();
        return;
    }
    if (Owner *owner = this->owner())
        owner->attemptFinished(*this);
    m_stage = Stage::Waiting; // Qt has one request less, whatever slots do from here on
    if (!hasMetaData() && owner() != nullptr && owner()->isToRepeat(*this)) {
        repeat();
        return;
    }
    if (showsInner())
        finishAsInner();
    else if (hides == Hides::Redirect && owner() != nullptr)
        redirect(status);
    else
        deliverInner();
}

void AuthReply::onRedirectAllowed()
{
    if (m_stage != Stage::Waiting || !m_trail.endWait())
        return;
    clearHeaders();
    if (Owner *owner = this->owner())
        owner->hopped(*this);
}

void AuthReply::deliverInner()
{
    const Guard guard(*this);
    showHiddenInner();
    if (!guard.isOver() && inner()->isFinished())
        finishAsInner();
}

void AuthReply::redirect(int status)
{
    const Guard guard(*this);
    copyMetaData();
    // Only callers that follow redirects themselves need it.
    setAttribute(QNetworkRequest::RedirectionTargetAttribute, {});
    Q_EMIT metaDataChanged();
    if (guard.isOver())
        return;
    forgetReceived(); // of the redirect, whose body does not show
    const auto step =
        m_trail.next(request(), {url(), inner()->rawHeader("Location"), status, operation()});
    if (const auto *error = std::get_if<RedirectError>(&step)) {
        if (!error->url.isEmpty())
            setUrl(error->url);
        finish(error->code, error->text);
        return;
    }
    Hop hop = std::get<Hop>(step);
    if (hop.keepsBody && !m_body.canReplay()) {
        finish(ContentReSendError, tr("The body cannot be sent again to follow the redirect"));
        return;
    }
    dropAttempt(safeDeletion());
    if (operation() == QNetworkAccessManager::GetOperation && !m_body.isPresent())
        hop.keepsBody = false; // there is no body, so its headers are dropped, too
    m_trail.follow(url(), hop);
    m_isReplay = false;
    setUrl(hop.url);
    setOperation(hop.operation);
    if (RedirectTrail::policyOf(request()) == QNetworkRequest::UserVerifiedRedirectPolicy) {
        m_trail.waitForCaller();
        connect(this, &QNetworkReply::redirectAllowed, this, &AuthReply::onRedirectAllowed,
            Qt::UniqueConnection);
        if (Owner *owner = this->owner())
            owner->paused(*this);
        Q_EMIT redirected(hop.url);
        return;
    }
    clearHeaders();
    Q_EMIT redirected(hop.url);
    if (guard.isOver())
        return;
    if (Owner *owner = this->owner())
        owner->hopped(*this);
}

void AuthReply::finishAsInner()
{
    if (!inner()->isOpen()) { // Qt's transfer time-out has aborted it
        const Guard guard(*this);
        QNetworkReply::close();
        if (guard.isOver())
            return;
    }
    // An answer from the cache shows its attribute late, and without a signal.
    if (!hasMetaData() || inner()->attribute(QNetworkRequest::SourceIsFromCacheAttribute).isValid())
        copyMetaData();
    const bool sawNothing = inner()->error() != NoError && innerStatus() == 0;
    const QString problem = sawNothing ? m_body.problem() : QString();
    finish(inner()->error(), problem.isEmpty() ? inner()->errorString() : problem);
}

void AuthReply::finish(NetworkError code, const QString &text)
{
    const Guard guard(*this);
    m_stage = Stage::Finished;
    m_body.releaseDevice();
    if (Owner *owner = this->owner())
        owner->finishing(*this, code);
    if (guard.isDead())
        return;
    if (code != NoError) {
        setError(code, text);
        Q_EMIT errorOccurred(code);
        if (guard.isDead() || isFinished())
            return;
    }
    tellFinished();
}

void AuthReply::tellFinished()
{
    const Guard guard(*this);
    setFinished(true);
    emitLastDownloadProgress();
    if (guard.isDead())
        return;
    if (m_body.isPresent() && !m_trail.hasDroppedBody()) {
        Q_EMIT uploadProgress(0, 0); // as Qt does
        if (guard.isDead())
            return;
    }
    Q_EMIT readChannelFinished();
    if (guard.isDead())
        return;
    if (liveManager()) // Qt emits nothing once the manager is gone
        Q_EMIT finished();
}

// As in Qt, abort() and close() emit all signals before they return.
void AuthReply::stop()
{
    const bool inErrorOccurred = m_stage == Stage::Finished && !isFinished() && error() != NoError;
    if (inErrorOccurred) {
        const Guard guard(*this);
        QNetworkReply::close();
        if (guard.isDead())
            return;
        countReceived();
        dropAttempt(safeDeletion());
        tellFinished();
        return;
    }
    if (m_stage == Stage::Finished)
        return;
    const Deletion deletion = safeDeletion();
    const Guard guard(*this);
    QNetworkReply::close();
    if (guard.isOver())
        return;
    const Stage stage = std::exchange(m_stage, Stage::Finished);
    if (Owner *owner = this->owner())
        owner->withdrawn(*this, stage);
    if (guard.isDead())
        return;
    forgetReceived(); // a hidden challenge does not count
    countReceived();
    keepSslConfiguration();
    dropAttempt(deletion);
    finish(OperationCanceledError, tr("Operation canceled"));
}

// The inner reply is not mirrored any more, and stops reading the caller's body.
void AuthReply::dropAttempt(Deletion deletion)
{
    if (inner() == nullptr)
        return;
    m_body.closeReader();
    dropInner(deletion);
}

} // namespace authcore
