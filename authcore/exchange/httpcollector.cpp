#include "authcore/exchange/httpcollector.h"

#include "authcore/exchange/httpmanagers.h"
#include "authcore/exchange/oneshotbody.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tlsproblem.h"
#include "authcore/system/clock.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using End = HttpAnswer::End;

// How much Qt reads ahead. Without a limit Qt keeps everything that arrives in memory.
constexpr qint64 readAhead = qint64 {64} * 1024;

//! No answer came, or it broke off: error codes from 201 on belong to answers with a status.
bool isConnectionError(QNetworkReply::NetworkError error)
{
    return error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
}

//! ", through the proxy HOST:PORT"; empty: there is no proxy.
QString wayOf(const QNetworkAccessManager &http)
{
    const QNetworkProxy proxy = http.proxy();
    return proxy.hostName().isEmpty()
        ? QString()
        : u", through the proxy %1:%2"_s.arg(proxy.hostName()).arg(proxy.port());
}

QString reasonOf(const QNetworkReply &reply)
{
    auto reason = reply.errorString();
    // Qt would send the request again, and cannot, since its body is sent only once.
    if (reply.error() == QNetworkReply::ContentReSendError)
        reason = u"The server closed the connection before it answered"_s;
    if (reply.error() == QNetworkReply::ContentReSendError && reply.url().scheme() == "http"_L1)
        reason += u"; does it want https?"_s;
    if (reason.contains("://"_L1)) // some of Qt's texts name the URL with its query
        reason = u"the connection failed"_s;
    return withClientCertificateHint(reason) % wayOf(*reply.manager());
}

QNetworkReply *sent(QNetworkAccessManager &http, const EndpointRequest &request)
{
    if (!request.body)
        return http.get(request.head);
    // Also a method without a body gets a device, since Qt would send the request a second time by
    // itself when the connection closes before the answer, and a refresh token works only once.
    auto *device = new OneShotBody(*request.body, &http);
    QNetworkReply *reply = request.method == "POST"
        ? http.post(request.head, device)
        : http.sendCustomRequest(request.head, request.method, device);
    device->setParent(reply);
    return reply;
}

} // namespace

HttpCollector::HttpCollector(
    HttpManagers &http, const Clock &clock, const EndpointRequest &request, Then then)
    : m_clock(clock)
    , m_then(std::move(then))
{
    // Qt 6.4 loses requests that it gets right after the abort of another one, and the caller may
    // just have aborted the request before.
    QMetaObject::invokeMethod(
        this, [this, &http, request] { begin(http, request); }, Qt::QueuedConnection);
}

void HttpCollector::begin(HttpManagers &http, EndpointRequest request)
{
    if (!m_then)
        return;
    http.configure(request.head);
    m_reply = sent(http.present(), request);
    m_reply->setReadBufferSize(readAhead);
    // Set again when Qt has begun: Qt 6.4 does not pass an earlier value to its HTTP thread.
    QMetaObject::invokeMethod(
        m_reply, [sent = m_reply] { sent->setReadBufferSize(readAhead); }, Qt::QueuedConnection);
    connect(m_reply, &QNetworkReply::sslErrors, this,
        [this](const QList<QSslError> &errors) { m_tlsErrors = errors; });
    connect(m_reply, &QIODevice::readyRead, this, &HttpCollector::take);
    connect(m_reply, &QNetworkReply::finished, this, &HttpCollector::take);
    connect(m_reply, &QObject::destroyed, this, [this] { m_reply = nullptr; });
}

HttpCollector::~HttpCollector()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    delete m_reply; // after abort(), Qt 6.4.2 would still send a request that is queued
}

void HttpCollector::giveUp()
{
    if (m_then)
        finish(End::TimedOut);
}

std::optional<HttpAnswer> HttpCollector::waitFor(std::chrono::milliseconds /*patience*/)
{
    return std::nullopt;
}

void HttpCollector::take()
{
    takeWhatIsHere();
    if (m_answer.body.size() > HttpAnswer::largestBody)
        finish(End::TooLarge);
    else if (m_reply->isFinished())
        finish(
            m_answer.status == 0 || isConnectionError(m_reply->error()) ? End::Broken : End::Whole);
}

void HttpCollector::takeWhatIsHere()
{
    m_answer.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_answer.headers = m_reply->rawHeaderPairs();
    m_answer.setCookies = setCookieHeaders(*m_reply);
    m_answer.body += m_reply->read(HttpAnswer::largestBody + 1 - m_answer.body.size());
}

// `then` may destroy this, so it is called last.
void HttpCollector::finish(End end)
{
    if (end == End::TimedOut && m_reply) // what has arrived by now was in time
        takeWhatIsHere();
    m_answer.end = end;
    m_answer.receivedAt = m_clock.nowInSeconds();
    if (end == End::Broken)
        m_answer.reason = m_tlsErrors.isEmpty() ? reasonOf(*m_reply) : tlsProblem(m_tlsErrors);
    if (QNetworkReply *over = std::exchange(m_reply, nullptr)) {
        over->disconnect(this);
        over->abort();
        over->deleteLater();
    }
    const HttpAnswer whole = std::exchange(m_answer, {});
    const auto last = std::exchange(m_then, nullptr);
    last(whole);
}

} // namespace authcore
