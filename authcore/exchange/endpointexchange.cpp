#include "authcore/exchange/endpointexchange.h"

#include "authcore/system/clock.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = TokenError::Code;

//! When a Basic challenge comes, Qt would send the user and password of the URL.
QUrl withoutUser(QUrl url)
{
    url.setUserInfo(QString());
    return url;
}

TokenError refusal(const QUrl &url)
{
    if (url.isEmpty())
        return {Code::Refused, u"The profile names no endpoint for this"_s, {}, {}};
    return {Code::Refused,
        u"Not sent: only https, or plain http to this machine, may carry credentials (%1)"_s.arg(
            placeOf(url)),
        {}, {}};
}

} // namespace

EndpointExchange::EndpointExchange(HttpManagers &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_exchange(http, clock)
{
}

EndpointExchange::EndpointExchange(HttpThread &thread, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_exchange(thread, clock)
{
}

EndpointExchange::~EndpointExchange() = default;

void EndpointExchange::post(const BackendProfile &profile, const TokenRequest &request,
    const TokenGrant &grant, std::chrono::milliseconds timeout, Then then)
{
    const QUrl url = withoutUser(profile.resolved(request.url));
    const auto now = m_clock.nowInSeconds();
    if (!isAllowed(profile, url, then))
        return;
    const auto outgoing = endpointRequest(url, profile, request, grant, now);
    if (const auto *error = std::get_if<TokenError>(&outgoing))
        refuse(*error, then);
    else
        send(std::get<EndpointRequest>(outgoing), timeout, std::move(then));
}

void EndpointExchange::get(
    const BackendProfile &profile, const QUrl &url, std::chrono::milliseconds timeout, Then then)
{
    if (isAllowed(profile, withoutUser(url), then))
        send(documentRequest(withoutUser(url)), timeout, std::move(then));
}

// False: the request is not sent, and `then` is called with the reason.
bool EndpointExchange::isAllowed(const BackendProfile &profile, const QUrl &url, const Then &then)
{
    if (!url.isEmpty() && profile.isTransportAllowed(url))
        return true;
    refuse(refusal(url), then);
    return false;
}

void EndpointExchange::refuse(const TokenError &error, const Then &then)
{
    QMetaObject::invokeMethod(
        this, [then, error] { then(error); }, Qt::QueuedConnection);
}

void EndpointExchange::send(
    const EndpointRequest &request, std::chrono::milliseconds timeout, Then then)
{
    m_url = request.head.url();
    m_exchange.send(
        request, timeout, [url = m_url, then = std::move(then)](const HttpAnswer &answer) {
            then(readHttpAnswer(answer, url));
        });
}

std::optional<EndpointResult> EndpointExchange::waitFor(std::chrono::milliseconds patience)
{
    if (const auto answer = m_exchange.waitFor(patience))
        return readHttpAnswer(*answer, m_url);
    return std::nullopt;
}

} // namespace authcore
