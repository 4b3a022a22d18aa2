#include "authcore/exchange/endpointexchange.h"

#include "authcore/exchange/answertext.h"
#include "authcore/profile/jsonpointer.h"
#include "authcore/system/clock.h"

#include <array>
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

//! Values of a few characters, such as a cookie's "1", would mask harmless texts.
QByteArrayList secretsOf(const TokenGrant &grant)
{
    constexpr qsizetype shortest = 4;
    QByteArrayList secrets {
        grant.refreshToken, grant.accessToken, grant.idToken, grant.clientSecret};
    for (const QNetworkCookie &cookie : grant.cookies)
        secrets.append(cookie.value());
    constexpr std::array fields {"code"_L1, "code_verifier"_L1, "device_code"_L1};
    for (const auto &field : fields)
        secrets.append(grant.fields.value(field).toString().toUtf8());
    secrets.removeIf([](const QByteArray &secret) { return secret.size() < shortest; });
    secrets.append(grant.password.toUtf8());
    return secrets;
}

//! Adds what the server has answered.
void describe(EndpointTry &tried, const EndpointAnswer &answer, const QString &errorPointer,
    const QByteArrayList &secrets)
{
    const QJsonObject json = answer.json();
    tried.httpStatus = answer.status;
    tried.errorCode =
        maskedText(valueAt(json, errorPointer).toString(), secrets, EndpointTry::longestCode);
    tried.errorDescription = maskedText(
        json.value("error_description"_L1).toString(), secrets, EndpointTry::longestText);
    tried.answerStart =
        answerStart(answer.body, answer.isSuccess() ? BodyOf::Success : BodyOf::Failure, secrets);
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
    m_errorPointer = request.answer.value_or(profile.answer).error;
    m_secrets = secretsOf(grant);
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
    m_sentAt = m_clock.monotonic();
    m_tried.sentAt = m_clock.now();
    m_tried.url = maskedUrl(m_url);
    m_exchange.send(request, timeout,
        [this, then = std::move(then)](const HttpAnswer &answer) { then(read(answer)); });
}

EndpointResult EndpointExchange::read(const HttpAnswer &answer)
{
    EndpointResult result = readHttpAnswer(answer, m_url);
    m_tried.took = sinceSending();
    m_isOver = true;
    if (auto *error = std::get_if<TokenError>(&result)) {
        if (answer.status != 0)
            m_tried.httpStatus = answer.status;
        error->request = m_tried;
        return result;
    }
    auto &read = std::get<EndpointAnswer>(result);
    describe(m_tried, read, m_errorPointer, m_secrets);
    read.request = m_tried;
    if (read.framingError)
        read.framingError->request = m_tried;
    return result;
}

std::chrono::milliseconds EndpointExchange::sinceSending() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.monotonic() - m_sentAt);
}

EndpointTry EndpointExchange::tried() const
{
    EndpointTry tried = m_tried;
    if (!m_isOver && !tried.url.isEmpty())
        tried.took = sinceSending();
    return tried;
}

std::optional<EndpointResult> EndpointExchange::waitFor(std::chrono::milliseconds patience)
{
    if (const auto answer = m_exchange.waitFor(patience))
        return read(*answer);
    return std::nullopt;
}

} // namespace authcore
