#include "authcore/protocol/endpointexchange.h"

#include "authcore/protocol/httpdate.h"
#include "authcore/protocol/oneshotbody.h"
#include "authcore/protocol/sessioncookies.h"
#include "authcore/session/clock.h"

#include <QtCore/QPointer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr auto largestAnswer = qsizetype {1024} * 1024;
constexpr std::chrono::milliseconds longestRetryAfter = 24h;

//! RFC 9110 section 10.2.3: seconds or a date, which is measured against the server's own clock.
std::optional<std::chrono::milliseconds> retryAfter(
    const QByteArray &header, std::chrono::sys_seconds serverNow)
{
    const auto text = header.trimmed();
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::chrono::milliseconds delay {};
    if (!text.isEmpty() && std::all_of(text.cbegin(), text.cend(), isDigit)) {
        bool fits = false;
        const auto seconds = text.toInt(&fits);
        delay = fits ? std::chrono::seconds(seconds) : longestRetryAfter;
    } else if (const auto date = httpDate(text)) {
        delay = *date - serverNow;
    } else {
        return std::nullopt;
    }
    return std::clamp(delay, std::chrono::milliseconds::zero(), longestRetryAfter);
}

//! No answer came, or it broke off. Statuses from 400 on have error codes from 201 on.
bool isConnectionError(QNetworkReply::NetworkError error)
{
    return error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
}

} // namespace

struct EndpointExchange::Private
{
    EndpointExchange *owner;
    QNetworkAccessManager &http;
    Clock &clock;
    QUrl url = {};
    Then then = {}; //!< empty: nothing was started, or all is over
    bool isUsed = false;
    QPointer<QNetworkReply> reply = {}; //!< empty again when it is over
    QByteArray answer = {};
    std::unique_ptr<Clock::Timer> deadline = {};

    [[nodiscard]] TokenError failure(Code code, const QString &what) const
    {
        return {code, what % u" ("_s % placeOf(url) % u')', std::nullopt, std::nullopt};
    }

    [[nodiscard]] EndpointResult refusal() const
    {
        if (url.isEmpty())
            return TokenError {Code::Refused, u"The profile names no endpoint for this"_s, {}, {}};
        return failure(Code::Refused,
            u"Not sent: only https, or plain http to this machine, may carry credentials"_s);
    }

    //! All there was of the answer is in `answer`.
    [[nodiscard]] EndpointResult read() const
    {
        const auto status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
        if (!status.isValid() || isConnectionError(reply->error())) {
            auto reason = reply->errorString();
            if (reason.contains("://"_L1)) // some of Qt's texts name the URL with its query
                reason = u"the connection failed"_s;
            return failure(Code::NoNetwork, reason);
        }
        const auto serverDate = httpDate(reply->rawHeader("Date"));
        const auto now = std::chrono::floor<std::chrono::seconds>(clock.now());
        return EndpointAnswer {status.toInt(), answer, url, setCookieHeaders(*reply), serverDate,
            retryAfter(reply->rawHeader("Retry-After"), serverDate.value_or(now)), now};
    }

    void take()
    {
        answer += reply->read(largestAnswer + 1 - answer.size());
        const bool isTooLarge = answer.size() > largestAnswer;
        if (isTooLarge)
            finish(failure(Code::BadAnswer, u"The answer is larger than 1 MiB"_s));
        else if (reply->isFinished())
            finish(read());
    }

    //! The last thing that happens here: `then` may delete the exchange.
    void finish(const EndpointResult &result)
    {
        deadline.reset();
        if (const auto over = std::exchange(reply, nullptr)) {
            over->disconnect(owner);
            over->abort();
            over->deleteLater();
        }
        const auto last = std::exchange(then, nullptr);
        last(result);
    }

    //! False: it will not be sent, and `then` hears why.
    bool begin(const BackendProfile &profile, const QUrl &endpoint, Then whenDone)
    {
        Q_ASSERT_X(!isUsed, "EndpointExchange", "one use only");
        isUsed = true;
        url = endpoint;
        url.setUserInfo(QString()); // or Qt would try it when a Basic challenge comes
        then = std::move(whenDone);
        if (!url.isEmpty() && profile.isTransportAllowed(url))
            return true;
        QMetaObject::invokeMethod(
            owner, [this] { finish(refusal()); }, Qt::QueuedConnection);
        return false;
    }

    void await(QNetworkReply *sent, std::chrono::milliseconds timeout)
    {
        reply = sent;
        connect(reply, &QIODevice::readyRead, owner, [this] { take(); });
        connect(reply, &QNetworkReply::finished, owner, [this] { take(); });
        deadline = clock.after(
            timeout, [this] { finish(failure(Code::TimedOut, u"No complete answer in time"_s)); });
    }
};

EndpointExchange::EndpointExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {this, http, clock})
{
}

EndpointExchange::~EndpointExchange()
{
    if (!d->reply)
        return;
    d->reply->disconnect(this);
    delete d->reply; // not abort(), after which Qt 6.4.2 still sends what waits for its turn
}

void EndpointExchange::post(const BackendProfile &profile, const TokenRequest &request,
    const TokenGrant &grant, std::chrono::milliseconds timeout, Then then)
{
    if (!d->begin(profile, profile.resolved(request.url), std::move(then)))
        return;
    const auto now = std::chrono::floor<std::chrono::seconds>(d->clock.now());
    const EndpointRequest outgoing = endpointRequest(d->url, profile, request, grant, now);
    auto *device = new OneShotBody(outgoing.body, this);
    QNetworkReply *reply = d->http.post(outgoing.head, device);
    device->setParent(reply);
    d->await(reply, timeout);
}

void EndpointExchange::get(
    const BackendProfile &profile, const QUrl &url, std::chrono::milliseconds timeout, Then then)
{
    if (d->begin(profile, url, std::move(then)))
        d->await(d->http.get(documentRequest(d->url)), timeout);
}

QString placeOf(const QUrl &url)
{
    return url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

} // namespace authcore
