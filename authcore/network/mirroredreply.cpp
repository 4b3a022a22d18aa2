#include "authcore/network/mirroredreply.h"

#include <QtCore/QMetaMethod>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>

#include <algorithm>
#include <array>
#include <optional>
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

} // namespace

MirroredReply::Guard::Guard(MirroredReply &reply)
    : m_reply(&reply)
    , m_outer(std::exchange(reply.m_guard, this))
{
}

MirroredReply::Guard::~Guard()
{
    if (m_reply)
        m_reply->m_guard = m_outer;
}

void MirroredReply::Guard::replyDied()
{
    m_reply = nullptr;
    if (m_outer)
        m_outer->replyDied();
}

struct MirroredReply::Tls
{
    std::optional<QSslConfiguration> configuration; //!< of an inner reply that was dropped
    QList<QSslError> ignoredErrors;
    bool ignoresAllErrors = false;
};

MirroredReply::MirroredReply(QNetworkAccessManager &manager,
    QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
    : QNetworkReply(&manager)
    , m_manager(&manager)
{
    setOperation(operation);
    setUrl(request.url());
    setRequest(request);
    setAttribute(
        QNetworkRequest::ConnectionEncryptedAttribute, request.url().scheme() == "https"_L1);
    setOpenMode(ReadOnly | Unbuffered);
}

MirroredReply::~MirroredReply()
{
    if (m_guard)
        m_guard->replyDied();
    dropInner(safeDeletion());
}

void MirroredReply::mirror(QNetworkReply *inner)
{
    m_inner = inner;
    // An application that walks through the manager's replies must find only those of callers.
    inner->setParent(nullptr);
    m_isShown = m_hasMetaData = m_isInnerSent = false;
    m_read = 0;
    m_total = -1;
    if (readBufferSize() > 0)
        inner->setReadBufferSize(readBufferSize());
    connect(inner, &QNetworkReply::metaDataChanged, this, &MirroredReply::onMetaDataChanged);
    connect(inner, &QNetworkReply::readyRead, this, &MirroredReply::onReadyRead);
    connect(inner, &QNetworkReply::finished, this, &MirroredReply::onFinished);
    // Each connection costs, so these are made only when somebody listens; see connectNotify().
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
    if (url().scheme() == "https"_L1)
        connectTls();
}

void MirroredReply::connectTls()
{
    connect(m_inner, &QNetworkReply::encrypted, this, &MirroredReply::onEncrypted);
    connect(m_inner, &QNetworkReply::sslErrors, this, &MirroredReply::onSslErrors);
    connect(m_inner, &QNetworkReply::preSharedKeyAuthenticationRequired, this,
        &MirroredReply::onPreSharedKeyAuthenticationRequired);
    if (m_tls && m_tls->ignoresAllErrors)
        m_inner->ignoreSslErrors();
    else if (m_tls && !m_tls->ignoredErrors.isEmpty())
        m_inner->ignoreSslErrors(m_tls->ignoredErrors);
}

void MirroredReply::connectOptional(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&QNetworkReply::downloadProgress))
        connect(m_inner, &QNetworkReply::downloadProgress, this, &MirroredReply::onDownloadProgress,
            Qt::UniqueConnection);
    else if (signal == QMetaMethod::fromSignal(&QNetworkReply::uploadProgress))
        connect(m_inner, &QNetworkReply::uploadProgress, this, &MirroredReply::onUploadProgress,
            Qt::UniqueConnection);
    else if (signal == QMetaMethod::fromSignal(&QNetworkReply::requestSent))
        connect(m_inner, &QNetworkReply::requestSent, this, &MirroredReply::onRequestSent,
            Qt::UniqueConnection);
    else if (signal == QMetaMethod::fromSignal(&QNetworkReply::socketStartedConnecting))
        connect(m_inner, &QNetworkReply::socketStartedConnecting, this,
            &MirroredReply::onSocketStartedConnecting, Qt::UniqueConnection);
}

void MirroredReply::connectNotify(const QMetaMethod &signal)
{
    if (showsConnection() || (showsInner() && !isOver()))
        connectOptional(signal);
}

int MirroredReply::innerStatus() const
{
    return m_inner->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

void MirroredReply::showInner()
{
    const Guard guard(*this);
    m_isShown = true;
    copyMetaData();
    Q_EMIT metaDataChanged();
}

void MirroredReply::showHiddenInner()
{
    const Guard guard(*this);
    m_isShown = true;
    if (!m_inner->isFinished())
        m_inner->setReadBufferSize(readBufferSize());
    if (m_hasMetaData) {
        copyMetaData();
        Q_EMIT metaDataChanged();
    }
    if (!guard.isOver() && m_inner->bytesAvailable() > 0)
        Q_EMIT readyRead();
}

void MirroredReply::setHiddenBufferSize(qint64 size)
{
    m_inner->setReadBufferSize(size);
}

void MirroredReply::discardHiddenBody()
{
    m_inner->skip(m_inner->bytesAvailable());
}

void MirroredReply::copyMetaData()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    setHeaders(m_inner->headers());
#else
    // Of several lengths Qt parses the first. Raw headers show them joined: "5, 5" is no number.
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

void MirroredReply::clearHeaders()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    setHeaders({});
#else
    const auto stale = rawHeaderList();
    for (const QByteArray &name : stale)
        setRawHeader(name, {});
#endif
}

void MirroredReply::keepSslConfiguration()
{
    if (!m_inner.isNull() && url().scheme() == "https"_L1)
        tls().configuration = m_inner->sslConfiguration();
}

void MirroredReply::dropInner(Deletion deletion)
{
    if (!m_inner)
        return;
    QNetworkReply *inner = std::exchange(m_inner, nullptr).data();
    inner->disconnect(this);
    m_isShown = false;
    if (deletion == Deletion::Later && m_manager) {
        inner->setParent(m_manager); // an inner reply must not outlive the manager
        inner->deleteLater(); // one of its signals may be on the stack
    } else {
        delete inner; // at once: Qt has not begun with it yet, or stops now
    }
}

// As Qt counts, for callers to whom no attempt has reported progress.
void MirroredReply::countReceived()
{
    if (m_total >= 0)
        return;
    m_received = showsInner() ? m_read + m_inner->bytesAvailable() : 0;
    const QVariant length = header(QNetworkRequest::ContentLengthHeader);
    m_total = length.isValid() ? length.toLongLong() : m_received;
}

void MirroredReply::emitLastDownloadProgress()
{
    countReceived();
    Q_EMIT downloadProgress(m_received, m_total);
}

qint64 MirroredReply::bytesAvailable() const
{
    return QNetworkReply::bytesAvailable() + (showsInner() ? m_inner->bytesAvailable() : 0);
}

bool MirroredReply::canReadLine() const
{
    return QNetworkReply::canReadLine() || (showsInner() && m_inner->canReadLine());
}

void MirroredReply::setReadBufferSize(qint64 size)
{
    QNetworkReply::setReadBufferSize(size);
    if (m_inner && (m_isShown || !m_hasMetaData))
        m_inner->setReadBufferSize(size);
}

qint64 MirroredReply::readData(char *data, qint64 maxSize)
{
    if (showsInner()) {
        const qint64 count = m_inner->read(data, maxSize);
        m_read += std::max<qint64>(count, 0);
        return count;
    }
    return isOver() ? -1 : 0;
}

qint64 MirroredReply::writeData(const char *, qint64)
{
    return -1;
}

void MirroredReply::sslConfigurationImplementation(QSslConfiguration &configuration) const
{
    if (m_inner)
        configuration = m_inner->sslConfiguration();
    else if (m_tls && m_tls->configuration)
        configuration = *m_tls->configuration;
    else
        configuration = request().sslConfiguration();
}

// As with Qt, the configuration of the request counts.
void MirroredReply::setSslConfigurationImplementation(const QSslConfiguration &) { }

void MirroredReply::ignoreSslErrors()
{
    tls().ignoresAllErrors = true;
    if (m_inner)
        m_inner->ignoreSslErrors();
}

void MirroredReply::ignoreSslErrorsImplementation(const QList<QSslError> &errors)
{
    tls().ignoredErrors = errors;
    if (m_inner)
        m_inner->ignoreSslErrors(errors);
}

MirroredReply::Tls &MirroredReply::tls()
{
    if (!m_tls)
        m_tls = std::make_unique<Tls>();
    return *m_tls;
}

void MirroredReply::onMetaDataChanged()
{
    if (!showsConnection())
        return;
    const Guard guard(*this);
    m_hasMetaData = true;
    innerMetaDataChanged();
}

void MirroredReply::onReadyRead()
{
    const Guard guard(*this);
    if (m_isShown && !isOver())
        Q_EMIT readyRead();
    else
        innerGrew();
}

void MirroredReply::onFinished()
{
    const Guard guard(*this);
    innerFinished();
}

// These signals pass on as they come, but not after the end, as with Qt. The guards are for slots
// that delete this reply in the middle of them.

void MirroredReply::onDownloadProgress(qint64 received, qint64 total)
{
    const Guard guard(*this);
    if (m_inner->isFinished()) {
        m_received = received; // for emitLastDownloadProgress()
        m_total = total;
    } else if (m_isShown) {
        Q_EMIT downloadProgress(received, total);
    }
}

void MirroredReply::onUploadProgress(qint64 sent, qint64 total)
{
    const Guard guard(*this);
    if (m_inner->isFinished())
        return; // Qt's last one, (0, 0): it is emitted when this reply finishes
    // The body is sent again, by us or by Qt on its own: callers that sum up need to be told.
    if (const qint64 before = std::exchange(m_uploaded, sent); sent > 0 && sent < before) {
        Q_EMIT uploadProgress(0, total);
        if (guard.isOver())
            return;
    }
    Q_EMIT uploadProgress(sent, total);
}

void MirroredReply::onRequestSent()
{
    const Guard guard(*this);
    m_isInnerSent = true;
    if (showsSending())
        Q_EMIT requestSent();
}

void MirroredReply::onSocketStartedConnecting()
{
    const Guard guard(*this);
    if (showsSending())
        Q_EMIT socketStartedConnecting();
}

void MirroredReply::onEncrypted()
{
    const Guard guard(*this);
    if (showsConnection())
        Q_EMIT encrypted();
}

void MirroredReply::onSslErrors(const QList<QSslError> &errors)
{
    const Guard guard(*this);
    if (showsConnection())
        Q_EMIT sslErrors(errors);
}

void MirroredReply::onPreSharedKeyAuthenticationRequired(
    QSslPreSharedKeyAuthenticator *authenticator)
{
    const Guard guard(*this);
    Q_EMIT preSharedKeyAuthenticationRequired(authenticator);
}

} // namespace authcore
