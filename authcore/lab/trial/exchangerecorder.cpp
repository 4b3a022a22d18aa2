#include "authcore/lab/trial/exchangerecorder.h"

#include <QtCore/QIODevice>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkReply>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

constexpr qsizetype mostKept = qsizetype {1024} * 1024;

QByteArray methodOf(QNetworkAccessManager::Operation operation, const QNetworkRequest &request)
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
        return request.attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
    case QNetworkAccessManager::UnknownOperation:
        break;
    }
    return {};
}

void noteAnswer(SeenExchange &exchange, QNetworkReply &reply)
{
    const auto status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (status.isValid())
        exchange.status = status.toInt();
    exchange.answerHeaders = reply.rawHeaderPairs();
    exchange.setCookies.clear();
    const auto cookies = reply.header(QNetworkRequest::SetCookieHeader);
    for (const auto &cookie : cookies.value<QList<QNetworkCookie>>())
        exchange.setCookies.append(cookie.toRawForm());
    // Peeked at before the reader takes it, since this was connected first.
    if (exchange.answerBody.size() < mostKept)
        exchange.answerBody += reply.peek(mostKept - exchange.answerBody.size());
    if (!exchange.status && reply.isFinished())
        exchange.failure = reply.errorString().contains("://"_L1) ? u"the connection failed"_s
                                                                  : reply.errorString();
}

} // namespace

void ExchangeRecorder::watch(
    QNetworkReply &reply, const QNetworkRequest &request, const QByteArray &body)
{
    auto exchange = std::make_shared<SeenExchange>();
    exchange->method = methodOf(reply.operation(), request);
    exchange->url = request.url();
    const auto names = request.rawHeaderList();
    for (const QByteArray &name : names)
        exchange->headers.append({name, request.rawHeader(name)});
    exchange->body = body;
    m_exchanges.push_back(exchange);
    const auto note = [exchange, seen = &reply] { noteAnswer(*exchange, *seen); };
    QObject::connect(&reply, &QIODevice::readyRead, &reply, note);
    QObject::connect(&reply, &QNetworkReply::finished, &reply, note);
}

SeenExchange ExchangeRecorder::last() const
{
    return m_exchanges.empty() ? SeenExchange() : *m_exchanges.back();
}

SeenExchange ExchangeRecorder::first() const
{
    return m_exchanges.empty() ? SeenExchange() : *m_exchanges.front();
}

RecordingManager::RecordingManager(ExchangeRecorder &recorder, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_recorder(recorder)
{
}

QNetworkReply *RecordingManager::createRequest(
    Operation op, const QNetworkRequest &request, QIODevice *outgoingData)
{
    // The body is read before Qt gets it, and then sent from where it began.
    const auto body = outgoingData ? outgoingData->peek(mostKept) : QByteArray();
    auto *const reply = QNetworkAccessManager::createRequest(op, request, outgoingData);
    m_recorder.watch(*reply, request, body);
    return reply;
}

} // namespace authcore::lab
