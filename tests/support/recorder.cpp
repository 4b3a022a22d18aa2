#include "tests/support/recorder.h"

#include <QtCore/QStringBuilder>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QSslError>
#include <QtNetwork/QSslPreSharedKeyAuthenticator>

namespace test {

namespace {

QString texts(const QList<QSslError> &errors)
{
    QStringList texts;
    for (const QSslError &error : errors)
        texts << error.errorString();
    return texts.join(u'|');
}

QString shown(const QSslPreSharedKeyAuthenticator &asked)
{
    return QString::fromLatin1(asked.identityHint() + " for " + asked.identity());
}

QString shown(const QUrl &url)
{
    return url.adjusted(QUrl::RemoveAuthority).toString() % u'@' % url.host();
}

template <typename Of>
QString attributes(const Of &of)
{
    QString text;
    for (int code = 0; code < 40; ++code) {
        const auto attribute = QNetworkRequest::Attribute(code);
        const QVariant value = of.attribute(attribute);
        if (value.isNull())
            continue;
        if (attribute == QNetworkRequest::DownloadBufferAttribute) {
            text += QStringLiteral(" download buffer");
            continue;
        }
        const QString shownValue =
            value.typeId() == QMetaType::QUrl ? shown(value.toUrl()) : value.toString();
        text += QStringLiteral(" %1=%2").arg(code).arg(shownValue);
    }
    return text;
}

//! The headers that Qt has parsed.
QString knownHeaders(const QNetworkReply &reply)
{
    QString text;
    for (int code = 0; code <= QNetworkRequest::IfNoneMatchHeader; ++code) {
        const auto header = QNetworkRequest::KnownHeaders(code);
        const QVariant value = reply.header(header);
        if (!value.isValid())
            continue;
        text += QStringLiteral(" %1=").arg(code);
        if (header == QNetworkRequest::LocationHeader)
            text += shown(value.toUrl());
        else if (header == QNetworkRequest::SetCookieHeader)
            text += QStringLiteral("%1 cookies").arg(value.value<QList<QNetworkCookie>>().size());
        else if (value.typeId() == QMetaType::QStringList)
            text += value.toStringList().join(u'|');
        else
            text += value.toString();
    }
    return text;
}

QByteArray withoutPort(QByteArray text)
{
    for (const char *host : {"127.0.0.1:", "localhost:"}) {
        const QByteArray name = host;
        for (qsizetype at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            qsizetype end = at + name.size();
            while (end < text.size() && text[end] >= '0' && text[end] <= '9')
                ++end;
            text.replace(at + name.size(), end - at - name.size(), "PORT");
        }
    }
    return text;
}

} // namespace

Recorder::Recorder(QNetworkAccessManager &manager, QNetworkReply *reply, Hook hook)
    : m_reply(reply)
    , m_hook(std::move(hook))
{
    noteRequest();
    connect(&manager, &QNetworkAccessManager::finished, this, [this](QNetworkReply *finished) {
        if (finished == m_reply)
            on(QStringLiteral("manager finished"));
    });
    connect(&manager, &QNetworkAccessManager::encrypted, this, [this](QNetworkReply *about) {
        if (about == m_reply)
            once(QStringLiteral("manager encrypted"));
    });
    connect(&manager, &QNetworkAccessManager::sslErrors, this,
        [this](QNetworkReply *about, const QList<QSslError> &errors) {
            if (about == m_reply)
                on(QStringLiteral("manager sslErrors ") % texts(errors));
        });
    connect(&manager, &QNetworkAccessManager::preSharedKeyAuthenticationRequired, this,
        [this](QNetworkReply *about, QSslPreSharedKeyAuthenticator *asked) {
            if (about == m_reply)
                on(QStringLiteral("manager asks for a key: ") % shown(*asked));
        });
    connect(reply, &QNetworkReply::socketStartedConnecting, this,
        [this] { once(QStringLiteral("socketStartedConnecting")); });
    connect(
        reply, &QNetworkReply::requestSent, this, [this] { once(QStringLiteral("requestSent")); });
    connect(reply, &QNetworkReply::encrypted, this, [this] { once(QStringLiteral("encrypted")); });
    connect(reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) {
        on(QStringLiteral("sslErrors ") % texts(errors));
    });
    connect(reply, &QNetworkReply::preSharedKeyAuthenticationRequired, this,
        [this](QSslPreSharedKeyAuthenticator *asked) {
            on(QStringLiteral("asks for a key: ") % shown(*asked));
        });
    connect(reply, &QNetworkReply::metaDataChanged, this,
        [this] { on(QStringLiteral("metaDataChanged")); });
    connect(reply, &QNetworkReply::redirected, this,
        [this](const QUrl &url) { on(QStringLiteral("redirected ") % shown(url)); });
    connect(reply, &QIODevice::readyRead, this, &Recorder::onReadyRead);
    connect(reply, &QNetworkReply::uploadProgress, this, &Recorder::onUploadProgress);
    connect(reply, &QNetworkReply::downloadProgress, this, &Recorder::onDownloadProgress);
    connect(reply, &QNetworkReply::errorOccurred, this,
        [this](QNetworkReply::NetworkError) { on(QStringLiteral("errorOccurred")); });
    connect(reply, &QIODevice::aboutToClose, this, [this] { on(QStringLiteral("aboutToClose")); });
    connect(reply, &QIODevice::readChannelFinished, this,
        [this] { on(QStringLiteral("readChannelFinished")); });
    connect(reply, &QNetworkReply::finished, this, [this] {
        on(QStringLiteral("finished"));
        ++m_finished;
        if (m_reply)
            m_atEnd = stateWithoutBytes();
    });
    connect(reply, &QObject::destroyed, this, [this] {
        note(QStringLiteral("destroyed"));
        m_gone = true;
    });
}

Recorder::~Recorder() = default;

QStringList Recorder::finish()
{
    if (m_reply) {
        noteRequest();
        if (m_finished == 0)
            note(QStringLiteral("state ") + state());
        else if (m_atEnd != stateWithoutBytes())
            note(QStringLiteral("PROBLEM after finished: it changes"));
        if (m_reply->isReadable())
            note(QStringLiteral("data ") % QString::fromLatin1(digest(m_reply->readAll())));
    }
    return std::exchange(m_lines, {});
}

QByteArray Recorder::digest(const QByteArray &data)
{
    return data.size() <= 100
        ? data
        : QByteArray::number(data.size()) + " bytes, sum " + QByteArray::number(qChecksum(data));
}

void Recorder::on(const QString &signal)
{
    if (m_finished > 0) {
        note(QStringLiteral("PROBLEM after finished: ") % signal);
        return;
    }
    if (m_reply && m_reply->isFinished() == m_reply->isRunning())
        note(QStringLiteral("PROBLEM finished and running at once"));
    m_lastWasReadyRead = false;
    noteRequest();
    note(signal % QStringLiteral(" :: ") % state());
    if (m_hook && m_reply)
        m_hook(signal, *m_reply);
}

void Recorder::once(const QString &signal)
{
    if (!m_seen.contains(signal)) {
        m_seen << signal;
        on(signal);
    }
}

void Recorder::onReadyRead()
{
    const bool again = std::exchange(m_lastWasReadyRead, true);
    if (m_reply->bytesAvailable() == 0)
        note(QStringLiteral("PROBLEM readyRead without anything to read"));
    noteRequest();
    if (!again)
        note(QStringLiteral("readyRead :: ") % stateWithoutBytes());
    if (m_hook)
        m_hook(QStringLiteral("readyRead"), *m_reply);
}

void Recorder::onDownloadProgress(qint64 received, qint64 total)
{
    if (received < m_received || (total >= 0 && received > total))
        note(QStringLiteral("PROBLEM downloadProgress %1 after %2 of %3")
                 .arg(received)
                 .arg(m_received)
                 .arg(total));
    m_received = received;
    if (m_reply->isFinished())
        on(QStringLiteral("downloadProgress %1/%2").arg(received).arg(total));
}

void Recorder::onUploadProgress(qint64 sent, qint64 total)
{
    if (!m_uploads.isEmpty() && sent < m_uploads.last().first && sent != 0)
        note(QStringLiteral("PROBLEM uploadProgress runs backwards"));
    m_uploads.append({sent, total});
    if (m_reply->isFinished())
        on(QStringLiteral("uploadProgress %1/%2").arg(sent).arg(total));
    else if (sent == total && total > 0)
        once(QStringLiteral("uploadProgress %1/%2").arg(sent).arg(total));
}

QString Recorder::state() const
{
    if (!m_reply)
        return {};
    return stateWithoutBytes() % QStringLiteral(" available=%1").arg(m_reply->bytesAvailable());
}

QString Recorder::stateWithoutBytes() const
{
    QString headers;
    for (const auto &[name, value] : m_reply->rawHeaderPairs()) {
        if (name.toLower() != "date")
            headers += QString::fromLatin1(name + '=' + withoutPort(value) + ';');
    }
    if (const QString known = knownHeaders(*m_reply); !known.isEmpty())
        headers += QStringLiteral("] known=[") + known;
    return QStringLiteral("%1%2%3 error=%4 (%5) op=%6 url=%7 headers=[%8] attributes=[%9]")
        .arg(QLatin1String(m_reply->isFinished() ? "F" : "-"),
            QLatin1String(m_reply->isRunning() ? "R" : "-"),
            QLatin1String(m_reply->isReadable() ? "o" : "-"))
        .arg(m_reply->error())
        .arg(m_reply->error() == QNetworkReply::NoError ? QString() : errorText())
        .arg(m_reply->operation())
        .arg(shown(m_reply->url()), headers, attributes(*m_reply));
}

QString Recorder::errorText() const
{
    return QString::fromLatin1(withoutPort(m_reply->errorString().toLatin1()));
}

void Recorder::noteRequest()
{
    if (!m_reply)
        return;
    const QString now = requestState();
    if (std::exchange(m_request, now) != now)
        note(QStringLiteral("request ") + now);
}

QString Recorder::requestState() const
{
    const QNetworkRequest request = m_reply->request();
    QByteArrayList headers;
    // Ignore the headers that Qt adds for the wire.
    for (const QByteArray &name : request.rawHeaderList()) {
        const QByteArray lower = name.toLower();
        if (lower != "content-length" && lower != "cookie")
            headers << name + '=' + request.rawHeader(name);
    }
    return QStringLiteral("%1 priority=%2 redirects=%3 timeout=%4 headers=[%5] attributes=[%6]")
        .arg(shown(request.url()))
        .arg(request.priority())
        .arg(request.maximumRedirectsAllowed())
        .arg(request.transferTimeout())
        .arg(QString::fromLatin1(headers.join(';')), attributes(request));
}

} // namespace test
