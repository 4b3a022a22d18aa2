#include "authcore/network/authreply.h"

#include <QtCore/QMetaMethod>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

// Attributes cannot be listed: these are all that Qt sets on a reply.
constexpr std::array replyAttributes {
    QNetworkRequest::HttpStatusCodeAttribute,
    QNetworkRequest::HttpReasonPhraseAttribute,
    QNetworkRequest::RedirectionTargetAttribute,
    QNetworkRequest::ConnectionEncryptedAttribute,
    QNetworkRequest::SourceIsFromCacheAttribute,
    QNetworkRequest::HttpPipeliningWasUsedAttribute,
    QNetworkRequest::DownloadBufferAttribute,
    QNetworkRequest::Http2WasUsedAttribute,
    QNetworkRequest::OriginalContentLengthAttribute,
};

// How much Qt may keep of an answer that nobody reads. Qt counts bytes as they come, and shows them
// uncompressed: half of it is full enough.
constexpr qint64 hiddenBufferSize = 256LL * 1024;

int statusOf(const QNetworkReply &reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

} // namespace

// On the stack of everything that emits: says whether the reply has died of it.
class AuthReply::Guard
{
public:
    explicit Guard(AuthReply &reply)
        : m_reply(&reply)
        , m_outer(std::exchange(reply.m_guard, this))
    {
    }
    ~Guard()
    {
        if (m_reply)
            m_reply->m_guard = m_outer;
    }
    Guard(const Guard &) = delete;
    Guard &operator=(const Guard &) = delete;

    [[nodiscard]] bool isDead() const { return m_reply == nullptr; }
    //! Nothing more to do: it is dead, or somebody has finished it meanwhile.
    [[nodiscard]] bool isOver() const
    {
        return m_reply == nullptr || m_reply->m_stage == Stage::Finished;
    }
    void replyDied()
    {
        m_reply = nullptr;
        if (m_outer)
            m_outer->replyDied();
    }

private:
    AuthReply *m_reply;
    Guard *m_outer;
};

struct AuthReply::Rare
{
    std::optional<QSslConfiguration> sslConfiguration;
    QList<QSslError> ignoredErrors;
    bool ignoresAllErrors = false;
};

AuthReply::AuthReply(QNetworkAccessManager &manager, Owner &owner, RequestId id,
    QNetworkAccessManager::Operation operation, const QNetworkRequest &request, ReplayableBody body)
    : QNetworkReply(&manager)
    , m_manager(&manager)
    , m_owner(owner)
    , m_body(std::move(body))
    , m_id(id)
{
    setOperation(operation);
    setUrl(request.url());
    setRequest(request);
    setAttribute(
        QNetworkRequest::ConnectionEncryptedAttribute, request.url().scheme() == "https"_L1);
    setOpenMode(ReadOnly | Unbuffered);
}

AuthReply::~AuthReply()
{
    if (m_guard)
        m_guard->replyDied();
    const Stage stage = std::exchange(m_stage, Stage::Finished);
    if (Owner *owner = this->owner()) {
        if (stage != Stage::Finished)
            owner->withdrawn(*this, stage);
        owner->died(*this);
    }
    dropInner();
}

bool AuthReply::canReplay() const
{
    return m_body.canReplay() || m_trail.hasDroppedBody();
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

// Deleting a reply that is still on its way aborts it, and the next request is handed to Qt right
// after this: the abort waits for the event loop, see RequestScheduler::withdrawn().
void AuthReply::dropChallenge()
{
    const bool isOnItsWay = !m_inner.isNull() && m_inner->isRunning();
    dropInner(isOnItsWay || m_guard != nullptr ? Deletion::Later : Deletion::AtOnce);
}

void AuthReply::attemptSent(
    QNetworkReply *inner, ReplayableBody::Reader body, Generation generation)
{
    m_inner = inner;
    // Whoever goes through the manager's replies, to abort or delete them, finds those of callers.
    inner->setParent(nullptr);
    if (body.owned)
        body.owned.release()->setParent(inner);
    m_generation = generation;
    ++m_attempt;
    m_stage = Stage::Sent;
    // Newer Qt tells a custom GET as a GET.
    if (operation() == QNetworkAccessManager::CustomOperation)
        setOperation(inner->operation());
    m_gateOpen = false;
    m_sawMetaData = false;
    m_hides = Hides::Nothing;
    m_read = 0;
    m_total = -1;
    if (m_manager->isStrictTransportSecurityEnabled() && inner->url() != url()) {
        setUrl(inner->url()); // https instead of http
        if (m_trail.isEmpty()) {
            QNetworkRequest upgraded = request();
            upgraded.setUrl(url());
            setRequest(upgraded);
        }
        setAttribute(QNetworkRequest::ConnectionEncryptedAttribute, true);
    }
    if (readBufferSize() > 0)
        inner->setReadBufferSize(readBufferSize());
    connect(inner, &QNetworkReply::metaDataChanged, this, &AuthReply::onMetaData);
    connect(inner, &QNetworkReply::readyRead, this, &AuthReply::onReadyRead);
    connect(inner, &QNetworkReply::finished, this, &AuthReply::onInnerFinished);
    // Each connection costs, so these are made for who listens; see connectNotify().
    static const std::array optional {
        QMetaMethod::fromSignal(&QNetworkReply::downloadProgress),
        QMetaMethod::fromSignal(&QNetworkReply::uploadProgress),
        QMetaMethod::fromSignal(&QNetworkReply::requestSent),
        QMetaMethod::fromSignal(&QNetworkReply::socketStartedConnecting),
    };
    for (const QMetaMethod &signal : optional) {
        if (isSignalConnected(signal))
            connectOptional(signal);
    }
    if (url().scheme() == "https"_L1) {
        connect(inner, &QNetworkReply::encrypted, this, &AuthReply::onEncrypted);
        connect(inner, &QNetworkReply::sslErrors, this, &AuthReply::onSslErrors);
        connect(inner, &QNetworkReply::preSharedKeyAuthenticationRequired, this,
            &AuthReply::onPreSharedKeyAuthenticationRequired);
        if (m_rare && m_rare->ignoresAllErrors)
            inner->ignoreSslErrors();
        else if (m_rare && !m_rare->ignoredErrors.isEmpty())
            inner->ignoreSslErrors(m_rare->ignoredErrors);
    }
}

void AuthReply::deliver()
{
    if (!m_inner) {
        finishWithError(AuthenticationRequiredError, tr("Host requires authentication"));
        return;
    }
    deliverInner();
}

void AuthReply::finishWithError(NetworkError code, const QString &text)
{
    if (m_stage == Stage::Finished || showsInner()) // the caller reads its challenge already
        return;
    dropInner();
    m_total = -1; // of a challenge that is not shown
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
        dropInner();
    m_manager.clear();
}

void AuthReply::abort()
{
    stop();
}

void AuthReply::close()
{
    stop();
}

qint64 AuthReply::bytesAvailable() const
{
    return QNetworkReply::bytesAvailable() + (showsInner() ? m_inner->bytesAvailable() : 0);
}

bool AuthReply::canReadLine() const
{
    return QNetworkReply::canReadLine() || (showsInner() && m_inner->canReadLine());
}

void AuthReply::setReadBufferSize(qint64 size)
{
    QNetworkReply::setReadBufferSize(size);
    if (m_inner && (m_gateOpen || !m_sawMetaData))
        m_inner->setReadBufferSize(size);
}

void AuthReply::ignoreSslErrors()
{
    rare().ignoresAllErrors = true;
    if (m_inner)
        m_inner->ignoreSslErrors();
}

qint64 AuthReply::readData(char *data, qint64 maxSize)
{
    if (showsInner()) {
        const qint64 count = m_inner->read(data, maxSize);
        m_read += std::max<qint64>(count, 0);
        return count;
    }
    return m_stage == Stage::Finished ? -1 : 0;
}

qint64 AuthReply::writeData(const char *, qint64)
{
    return -1;
}

void AuthReply::connectNotify(const QMetaMethod &signal)
{
    if (m_stage != Stage::Finished && (m_stage == Stage::Sent || showsInner()))
        connectOptional(signal);
}

void AuthReply::connectOptional(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&QNetworkReply::downloadProgress))
        connect(m_inner, &QNetworkReply::downloadProgress, this, &AuthReply::onDownloadProgress,
            Qt::UniqueConnection);
    else if (signal == QMetaMethod::fromSignal(&QNetworkReply::uploadProgress))
        connect(m_inner, &QNetworkReply::uploadProgress, this, &AuthReply::onUploadProgress,
            Qt::UniqueConnection);
    else if (signal == QMetaMethod::fromSignal(&QNetworkReply::requestSent))
        connect(m_inner, &QNetworkReply::requestSent, this, &AuthReply::onRequestSent,
            Qt::UniqueConnection);
    else if (signal == QMetaMethod::fromSignal(&QNetworkReply::socketStartedConnecting))
        connect(m_inner, &QNetworkReply::socketStartedConnecting, this,
            &AuthReply::onSocketStartedConnecting, Qt::UniqueConnection);
}

void AuthReply::sslConfigurationImplementation(QSslConfiguration &configuration) const
{
    if (m_inner)
        configuration = m_inner->sslConfiguration();
    else if (m_rare && m_rare->sslConfiguration)
        configuration = *m_rare->sslConfiguration;
    else
        configuration = request().sslConfiguration();
}

// As with Qt: it is the request's configuration that counts.
void AuthReply::setSslConfigurationImplementation(const QSslConfiguration &) { }

void AuthReply::ignoreSslErrorsImplementation(const QList<QSslError> &errors)
{
    rare().ignoredErrors = errors;
    if (m_inner)
        m_inner->ignoreSslErrors(errors);
}

void AuthReply::onMetaData()
{
    if (m_stage != Stage::Sent)
        return;
    Guard guard(*this);
    const int status = statusOf(*m_inner);
    m_sawMetaData = true;
    if (Owner *owner = this->owner())
        owner->firstByte(*this, status);
    if (m_gateOpen) {
        copyMetaData();
        Q_EMIT metaDataChanged();
        return;
    }
    m_hides = hiddenBy(status);
    if (m_hides == Hides::Nothing) {
        openGate();
        return;
    }
    const bool isChallenge = m_hides == Hides::Challenge;
    const bool isSmall = readBufferSize() > 0 && readBufferSize() < hiddenBufferSize;
    // Qt 6.4 does not read on when a small buffer grows.
    m_inner->setReadBufferSize(isChallenge && isSmall ? 0 : hiddenBufferSize);
    // Over HTTP/2 a challenge whose body stalls holds up one stream; over HTTP/1 it keeps one of
    // the few connections, and Qt shows a 401 only when its body has ended.
    if (isChallenge && m_inner->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool())
        judgeChallenge();
}

void AuthReply::onReadyRead()
{
    const Guard guard(*this);
    if (m_gateOpen && m_stage != Stage::Finished)
        Q_EMIT readyRead();
    else if (m_stage == Stage::Sent && m_hides == Hides::Redirect)
        m_inner->skip(m_inner->bytesAvailable());
    else if (m_stage == Stage::Sent && m_hides == Hides::Challenge
        && m_inner->bytesAvailable() >= hiddenBufferSize / 2)
        judgeChallenge();
}

AuthReply::Hides AuthReply::hiddenBy(int status) const
{
    if (owner() != nullptr && owner()->isChallenge(*this, status))
        return Hides::Challenge;
    return RedirectTrail::isFollowed(request(), status) ? Hides::Redirect : Hides::Nothing;
}

// At its end, over HTTP/2 at its headers, or when its body is longer than our buffer: the rest
// waits until the challenge is delivered or dropped.
void AuthReply::judgeChallenge()
{
    if (Owner *owner = this->owner()) {
        owner->attemptFinished(*this);
        m_stage = Stage::Waiting;
        m_isReplay = true; // from here on
        owner->challenged(*this);
    }
}

void AuthReply::onDownloadProgress(qint64 received, qint64 total)
{
    const Guard guard(*this);
    if (m_inner->isFinished()) {
        m_received = received; // finish() tells, between errorOccurred() and finished()
        m_total = total;
    } else if (m_gateOpen) {
        Q_EMIT downloadProgress(received, total);
    }
}

void AuthReply::onInnerFinished()
{
    Guard guard(*this);
    m_body.closeReader(); // the caller's device is its own again
    if (m_stage == Stage::Waiting) { // a challenge that was judged before its end
        if (m_gateOpen)
            finishAsInner();
        return;
    }
    const int status = statusOf(*m_inner);
    const Hides hides = m_sawMetaData && !m_gateOpen ? hiddenBy(status) : Hides::Nothing;
    if (hides == Hides::Challenge) {
        judgeChallenge();
        return;
    }
    if (Owner *owner = this->owner())
        owner->attemptFinished(*this);
    m_stage = Stage::Waiting; // its place with Qt is given back, whatever slots do from here on
    if (m_gateOpen)
        finishAsInner();
    else if (hides == Hides::Redirect && owner() != nullptr)
        redirect(status);
    else
        deliverInner();
}

// These pass through as they come, but not after the end, which Qt does. The guard is for slots
// that delete us in the middle of them.

void AuthReply::onUploadProgress(qint64 sent, qint64 total)
{
    const Guard guard(*this);
    if (m_inner->isFinished())
        return; // Qt's last one, (0, 0): finish() makes it, in its place
    // Sent again, by us or by Qt on its own: whoever sums up needs to be told.
    if (const qint64 before = std::exchange(m_uploaded, sent); sent > 0 && sent < before) {
        Q_EMIT uploadProgress(0, total);
        if (guard.isOver())
            return;
    }
    Q_EMIT uploadProgress(sent, total);
}

void AuthReply::onRequestSent()
{
    const Guard guard(*this);
    if (m_stage == Stage::Sent && !m_isReplay)
        Q_EMIT requestSent();
}

void AuthReply::onSocketStartedConnecting()
{
    const Guard guard(*this);
    if (m_stage == Stage::Sent && !m_isReplay)
        Q_EMIT socketStartedConnecting();
}

void AuthReply::onEncrypted()
{
    const Guard guard(*this);
    if (m_stage == Stage::Sent)
        Q_EMIT encrypted();
}

void AuthReply::onSslErrors(const QList<QSslError> &errors)
{
    const Guard guard(*this);
    if (m_stage == Stage::Sent)
        Q_EMIT sslErrors(errors);
}

void AuthReply::onPreSharedKeyAuthenticationRequired(QSslPreSharedKeyAuthenticator *authenticator)
{
    const Guard guard(*this);
    Q_EMIT preSharedKeyAuthenticationRequired(authenticator);
}

void AuthReply::onRedirectAllowed()
{
    if (m_stage != Stage::Waiting || !m_trail.endWait())
        return;
    clearHeaders();
    if (Owner *owner = this->owner())
        owner->hopped(*this);
}

// From here on the inner reply's answer is the caller's.
void AuthReply::openGate()
{
    Guard guard(*this);
    m_gateOpen = true;
    copyMetaData();
    Q_EMIT metaDataChanged();
}

void AuthReply::copyMetaData()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    setHeaders(m_inner->headers());
#else
    // Qt parses the first of several lengths, and we see them joined: "5, 5" is no number.
    const QVariant length = m_inner->header(QNetworkRequest::ContentLengthHeader);
    if (length.isValid())
        setHeader(QNetworkRequest::ContentLengthHeader, length);
    for (const RawHeaderPair &header : m_inner->rawHeaderPairs())
        setRawHeader(header.first, header.second);
#endif
    for (const QNetworkRequest::Attribute attribute : replyAttributes) {
        const QVariant value = m_inner->attribute(attribute);
        if (value.isValid())
            setAttribute(attribute, value);
    }
}

// Shows what is here already in one burst: all of it, but for a challenge that was judged early.
void AuthReply::deliverInner()
{
    Guard guard(*this);
    m_gateOpen = true;
    if (!m_inner->isFinished())
        m_inner->setReadBufferSize(readBufferSize());
    if (m_sawMetaData) {
        copyMetaData();
        Q_EMIT metaDataChanged();
    }
    if (!guard.isOver() && m_inner->bytesAvailable() > 0)
        Q_EMIT readyRead();
    if (!guard.isOver() && m_inner->isFinished())
        finishAsInner();
}

void AuthReply::redirect(int status)
{
    Guard guard(*this);
    copyMetaData();
    setAttribute(QNetworkRequest::RedirectionTargetAttribute, {}); // for those who follow by hand
    Q_EMIT metaDataChanged();
    if (guard.isOver())
        return;
    m_total = -1; // of what is not shown
    const auto step =
        m_trail.next(request(), {url(), m_inner->rawHeader("Location"), status, operation()});
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
    dropInner();
    if (operation() == QNetworkAccessManager::GetOperation && !m_body.isPresent())
        hop.keepsBody = false; // nor the headers of a body
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

void AuthReply::clearHeaders()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    setHeaders({});
#else
    const auto stale = rawHeaderList();
    for (const QByteArray &name : stale)
        setRawHeader(name, {});
#endif
}

void AuthReply::finishAsInner()
{
    if (!m_inner->isOpen()) { // its transfer time-out has aborted it
        Guard guard(*this);
        QNetworkReply::close();
        if (guard.isOver())
            return;
    }
    // A cache tells late, and without a signal.
    if (!m_sawMetaData || m_inner->attribute(QNetworkRequest::SourceIsFromCacheAttribute).isValid())
        copyMetaData();
    const bool sawNothing = m_inner->error() != NoError && statusOf(*m_inner) == 0;
    const QString problem = sawNothing ? m_body.problem() : QString();
    finish(m_inner->error(), problem.isEmpty() ? m_inner->errorString() : problem);
}

void AuthReply::finish(NetworkError code, const QString &text)
{
    Guard guard(*this);
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
    if (m_total < 0)
        countReceived();
    Q_EMIT downloadProgress(m_received, m_total);
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
    if (m_manager) // Qt tells it, whether it is there or not
        Q_EMIT finished();
}

// As Qt counts, for those whom no attempt has told.
void AuthReply::countReceived()
{
    m_received = showsInner() ? m_read + m_inner->bytesAvailable() : 0;
    const QVariant length = header(QNetworkRequest::ContentLengthHeader);
    m_total = length.isValid() ? length.toLongLong() : m_received;
}

// What Qt does in abort() and in close(): everything at once, before it returns.
void AuthReply::stop()
{
    const bool inErrorOccurred = m_stage == Stage::Finished && !isFinished() && error() != NoError;
    if (inErrorOccurred) {
        const Guard guard(*this);
        QNetworkReply::close();
        if (guard.isDead())
            return;
        if (m_total < 0)
            countReceived();
        dropInner();
        tellFinished();
        return;
    }
    if (m_stage == Stage::Finished)
        return;
    const Deletion deletion = m_guard != nullptr ? Deletion::Later : Deletion::AtOnce;
    Guard guard(*this);
    QNetworkReply::close();
    if (guard.isOver())
        return;
    const Stage stage = std::exchange(m_stage, Stage::Finished);
    if (Owner *owner = this->owner())
        owner->withdrawn(*this, stage);
    if (guard.isDead())
        return;
    countReceived();
    if (!m_inner.isNull() && url().scheme() == "https"_L1)
        rare().sslConfiguration = m_inner->sslConfiguration();
    dropInner(deletion);
    finish(OperationCanceledError, tr("Operation canceled"));
}

void AuthReply::dropInner()
{
    dropInner(m_guard != nullptr ? Deletion::Later : Deletion::AtOnce);
}

// Nothing is heard from the inner reply any more, and the caller's body not read.
void AuthReply::dropInner(Deletion deletion)
{
    if (!m_inner)
        return;
    QNetworkReply *inner = std::exchange(m_inner, nullptr).data();
    m_body.closeReader();
    inner->disconnect(this);
    m_gateOpen = false;
    if (deletion == Deletion::Later && m_manager) {
        inner->setParent(m_manager); // which must not die before it
        inner->deleteLater(); // one of its signals may be what we are in
    } else {
        delete inner; // at once: Qt has not begun with it yet, or stops now
    }
}

AuthReply::Rare &AuthReply::rare()
{
    if (!m_rare)
        m_rare = std::make_unique<Rare>();
    return *m_rare;
}

} // namespace authcore
