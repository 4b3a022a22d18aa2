#include "authcore/protocol/httpexchange.h"

#include "authcore/protocol/oneshotbody.h"
#include "authcore/protocol/sessioncookies.h"
#include "authcore/session/clock.h"

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using End = HttpAnswer::End;

// What Qt reads ahead of us. Without it Qt keeps whatever comes until we look.
constexpr qint64 readAhead = qint64 {64} * 1024;

//! No answer came, or it broke off. Statuses from 400 on have error codes from 201 on.
bool isConnectionError(QNetworkReply::NetworkError error)
{
    return error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
}

QString reasonOf(const QNetworkReply &reply)
{
    auto reason = reply.errorString();
    if (reason.contains("://"_L1)) // some of Qt's texts name the URL with its query
        reason = u"the connection failed"_s;
    return reason;
}

} // namespace

QByteArray HttpAnswer::header(QByteArrayView name) const
{
    const auto found = std::find_if(headers.cbegin(), headers.cend(), [name](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == headers.cend() ? QByteArray() : found->second;
}

struct HttpExchange::Private
{
    HttpExchange *owner;
    QNetworkAccessManager &http;
    Clock &clock;
    Then then = {}; //!< empty: nothing was sent, or all is over
    QPointer<QNetworkReply> reply = {}; //!< empty again when it is over
    HttpAnswer answer = {};
    std::unique_ptr<Clock::Timer> deadline = {};

    void await()
    {
        reply->setReadBufferSize(readAhead);
        // Once more when Qt has begun: 6.4 does not tell its HTTP thread what was set before.
        QMetaObject::invokeMethod(
            reply, [sent = reply.data()] { sent->setReadBufferSize(readAhead); },
            Qt::QueuedConnection);
        connect(reply, &QIODevice::readyRead, owner, [this] { take(); });
        connect(reply, &QNetworkReply::finished, owner, [this] { take(); });
    }

    void take()
    {
        takeWhatIsHere();
        if (answer.body.size() > largestAnswer)
            finish(End::TooLarge);
        else if (reply->isFinished())
            finish(
                answer.status == 0 || isConnectionError(reply->error()) ? End::Broken : End::Whole);
    }

    void takeWhatIsHere()
    {
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        answer.headers = reply->rawHeaderPairs();
        answer.setCookies = setCookieHeaders(*reply);
        answer.body += reply->read(largestAnswer + 1 - answer.body.size());
    }

    //! The last thing that happens here: `then` may delete the exchange.
    void finish(End end)
    {
        if (end == End::TimedOut) // what is here by now was in time
            takeWhatIsHere();
        answer.end = end;
        answer.receivedAt = std::chrono::floor<std::chrono::seconds>(clock.now());
        if (end == End::Broken)
            answer.reason = reasonOf(*reply);
        deadline.reset();
        if (const auto over = std::exchange(reply, nullptr)) {
            over->disconnect(owner);
            over->abort();
            over->deleteLater();
        }
        const HttpAnswer whole = std::exchange(answer, {});
        const auto last = std::exchange(then, nullptr);
        last(whole);
    }
};

HttpExchange::HttpExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {this, http, clock})
{
}

HttpExchange::~HttpExchange()
{
    if (!d->reply)
        return;
    d->reply->disconnect(this);
    delete d->reply; // not abort(), after which Qt 6.4.2 still sends what waits for its turn
}

void HttpExchange::send(
    const EndpointRequest &request, std::chrono::milliseconds timeout, Then then)
{
    Q_ASSERT_X(!d->reply && !d->then, "HttpExchange", "one use only");
    d->then = std::move(then);
    if (request.body) {
        auto *device = new OneShotBody(*request.body, this);
        d->reply = d->http.post(request.head, device);
        device->setParent(d->reply);
    } else {
        d->reply = d->http.get(request.head);
    }
    d->await();
    d->deadline = d->clock.after(timeout, [this] { d->finish(End::TimedOut); });
}

} // namespace authcore
