#include "authcore/protocol/endpointexchange.h"

#include "authcore/protocol/httpdate.h"
#include "authcore/session/clock.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr std::chrono::milliseconds longestRetryAfter = 24h;

//! Qt would try its user and password when a Basic challenge comes.
QUrl withoutUser(QUrl url)
{
    url.setUserInfo(QString());
    return url;
}

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

TokenError failure(Code code, const QUrl &url, const QString &what)
{
    return {code, what % u" ("_s % placeOf(url) % u')', std::nullopt, std::nullopt};
}

TokenError refusal(const QUrl &url)
{
    if (url.isEmpty())
        return {Code::Refused, u"The profile names no endpoint for this"_s, {}, {}};
    return failure(Code::Refused, url,
        u"Not sent: only https, or plain http to this machine, may carry credentials"_s);
}

} // namespace

EndpointResult readHttpAnswer(const HttpAnswer &answer, const QUrl &url)
{
    switch (answer.end) {
    case HttpAnswer::End::Whole:
        break;
    case HttpAnswer::End::Broken:
        return failure(Code::NoNetwork, url, answer.reason);
    case HttpAnswer::End::TooLarge:
        return failure(Code::BadAnswer, url, u"The answer is larger than 1 MiB"_s);
    case HttpAnswer::End::TimedOut:
        return failure(Code::TimedOut, url, u"No complete answer in time"_s);
    }
    const auto serverDate = httpDate(answer.header("Date"));
    return EndpointAnswer {answer.status, answer.body, url, answer.setCookies, serverDate,
        retryAfter(answer.header("Retry-After"), serverDate.value_or(answer.receivedAt)),
        answer.receivedAt};
}

EndpointExchange::EndpointExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_exchange(http, clock)
{
}

EndpointExchange::~EndpointExchange() = default;

void EndpointExchange::post(const BackendProfile &profile, const TokenRequest &request,
    const TokenGrant &grant, std::chrono::milliseconds timeout, Then then)
{
    const QUrl url = withoutUser(profile.resolved(request.url));
    const auto now = std::chrono::floor<std::chrono::seconds>(m_clock.now());
    if (isAllowed(profile, url, then))
        send(endpointRequest(url, profile, request, grant, now), timeout, std::move(then));
}

void EndpointExchange::get(
    const BackendProfile &profile, const QUrl &url, std::chrono::milliseconds timeout, Then then)
{
    if (isAllowed(profile, withoutUser(url), then))
        send(documentRequest(withoutUser(url)), timeout, std::move(then));
}

// False: it will not be sent, and `then` hears why.
bool EndpointExchange::isAllowed(const BackendProfile &profile, const QUrl &url, const Then &then)
{
    if (!url.isEmpty() && profile.isTransportAllowed(url))
        return true;
    QMetaObject::invokeMethod(
        this, [then, url] { then(refusal(url)); }, Qt::QueuedConnection);
    return false;
}

void EndpointExchange::send(
    const EndpointRequest &request, std::chrono::milliseconds timeout, Then then)
{
    m_exchange.send(request, timeout,
        [url = request.head.url(), then = std::move(then)](
            const HttpAnswer &answer) { then(readHttpAnswer(answer, url)); });
}

QString placeOf(const QUrl &url)
{
    return url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

} // namespace authcore
