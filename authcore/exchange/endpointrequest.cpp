#include "authcore/exchange/endpointrequest.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokengrant.h"
#include "authcore/profile/headerrules.h"
#include "authcore/profile/templates.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QUuid>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! RFC 7617 section 2: not encoded as in forms, unlike a client's secret.
QByteArray basicPair(const TokenGrant &grant)
{
    return QString(grant.userName % u':' % grant.password).toUtf8().toBase64();
}

PlaceholderValue valuesOf(const BackendProfile &profile, const TokenGrant &grant)
{
    return [&profile, &grant](const QString &name) -> std::optional<QString> {
        const auto orNothing = [](const QString &text) {
            return text.isEmpty() ? std::nullopt : std::optional(text);
        };
        if (name == "userName"_L1)
            return grant.userName;
        if (name == "password"_L1)
            return grant.password;
        if (name == "basic"_L1)
            return QString::fromLatin1(basicPair(grant));
        if (name == "accessToken"_L1)
            return orNothing(QString::fromUtf8(grant.accessToken));
        if (name == "refreshToken"_L1)
            return QString::fromUtf8(grant.refreshToken);
        if (name == "clientId"_L1)
            return orNothing(profile.clientId);
        if (name == "scope"_L1)
            return orNothing(profile.scope);
        constexpr auto prefix = "cookie:"_L1;
        const QNetworkCookie *cookie =
            name.startsWith(prefix) ? cookieNamed(grant.cookies, name.mid(prefix.size())) : nullptr;
        return cookie ? std::optional(QString::fromUtf8(cookie->value())) : std::nullopt;
    };
}

//! RFC 6749 section 2.3.1: encoded as a form's values are, then joined.
QByteArray basicCredentials(const QString &clientId, const QByteArray &secret)
{
    const QByteArray pair = QUrl::toPercentEncoding(clientId) + ':' + secret.toPercentEncoding();
    return "Basic " + pair.toBase64();
}

QByteArray verbOf(HttpMethod method)
{
    switch (method) {
    case HttpMethod::Post:
        return "POST";
    case HttpMethod::Get:
        return "GET";
    case HttpMethod::Put:
        return "PUT";
    case HttpMethod::Patch:
        return "PATCH";
    case HttpMethod::Delete:
        return "DELETE";
    }
    return {};
}

struct Body
{
    QByteArray content;
    QByteArray type;
};

Body formBody(const QJsonObject &fields)
{
    QByteArrayList form;
    // QUrlQuery would leave '+' as it is, and a server would read a space.
    for (auto field = fields.begin(); field != fields.end(); ++field)
        form.append(QUrl::toPercentEncoding(field.key()) + '='
            + QUrl::toPercentEncoding(field.value().toString()));
    return {form.join('&'), "application/x-www-form-urlencoded"};
}

//! RFC 7578. Not QHttpMultiPart: its device can be rewound, see OneShotBody.
Body multipartBody(const QJsonObject &fields)
{
    const QByteArray boundary = "tokenflight-" + QUuid::createUuid().toByteArray(QUuid::Id128);
    Body body {{}, "multipart/form-data; boundary=" + boundary};
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        // Names are written as in HTML, as RFC 7578 section 2 says.
        const QByteArray name =
            field.key().toUtf8().replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        body.content += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name
            + "\"\r\n\r\n" + field.value().toString().toUtf8() + "\r\n";
    }
    body.content += "--" + boundary + "--\r\n";
    return body;
}

Body bodyOf(const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant)
{
    if (!hasBody(request.method))
        return {};
    QJsonObject fields = filledIn(QJsonValue(request.body), valuesOf(profile, grant)).toObject();
    for (auto field = grant.fields.begin(); field != grant.fields.end(); ++field)
        fields.insert(field.key(), field.value());
    if (profile.clientAuthentication == ClientAuthentication::Post) {
        fields.insert(u"client_id"_s, profile.clientId);
        fields.insert(u"client_secret"_s, QString::fromUtf8(grant.clientSecret));
    }
    switch (request.format) {
    case BodyFormat::Json:
        return {QJsonDocument(fields).toJson(QJsonDocument::Compact), "application/json"};
    case BodyFormat::Form:
        return formBody(fields);
    case BodyFormat::Multipart:
        return multipartBody(fields);
    }
    return {};
}

TokenError refusal(const QString &why)
{
    return {TokenError::Code::Refused, u"Not sent: "_s % why, {}, {}};
}

//! Which value has control characters, for people. Forms and JSON could carry some of them, but not
//! header lines and the servers behind.
QString controlCharactersIn(const BackendProfile &profile, const TokenGrant &grant)
{
    TokenSet tokens;
    tokens.accessToken = grant.accessToken;
    tokens.refreshToken = grant.refreshToken;
    tokens.userName = grant.userName;
    tokens.clientSecret = grant.clientSecret;
    tokens.cookies = grant.cookies;
    if (hasControlCharacters(grant.password))
        return u"the password"_s;
    if (hasControlCharacters(profile.clientId))
        return u"the client id"_s;
    if (hasControlCharacters(profile.scope))
        return u"the scope"_s;
    return authcore::controlCharactersIn(tokens);
}

} // namespace

std::variant<EndpointRequest, TokenError> endpointRequest(const QUrl &url,
    const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant,
    std::chrono::sys_seconds now)
{
    if (const auto what = controlCharactersIn(profile, grant); !what.isEmpty())
        return refusal(u"%1 has control characters"_s.arg(what));
    if (hasPlaceholder(request, "${basic}"_L1) && grant.userName.contains(u':'))
        return refusal(u"HTTP Basic cannot carry a user name with a colon"_s);
    const Body body = bodyOf(profile, request, grant);
    EndpointRequest outgoing = documentRequest(url);
    outgoing.body = body.content;
    outgoing.method = verbOf(request.method);
    if (hasBody(request.method))
        outgoing.head.setHeader(QNetworkRequest::ContentTypeHeader, body.type);
    outgoing.head.setHeader(QNetworkRequest::ContentLengthHeader, qint64(body.content.size()));
    outgoing.head.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    for (const auto &[name, text] : request.headers) {
        const auto filled = filledIn(text, valuesOf(profile, grant));
        if (!filled)
            continue;
        const auto value = headerValue(*filled);
        if (!value || !isHeaderName(name.toUtf8()) || isFramingHeader(name.toUtf8()))
            return refusal(u"the header \"%1\" cannot carry its value"_s.arg(name));
        outgoing.head.setRawHeader(name.toLatin1(), *value);
    }
    if (const auto cookies = cookieHeader(cookiesFor(grant.cookies, url, now)); !cookies.isEmpty())
        outgoing.head.setRawHeader("Cookie", cookies);
    if (profile.clientAuthentication == ClientAuthentication::Basic)
        outgoing.head.setRawHeader(
            "Authorization", basicCredentials(profile.clientId, grant.clientSecret));
    return outgoing;
}

EndpointRequest documentRequest(const QUrl &url)
{
    QNetworkRequest request(url);
    request.setRawHeader("Accept", "application/json");
    request.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(
        QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    // Only over HTTP/1 it was measured that Qt sends a body once, and HTTP/2 is no faster for one
    // POST.
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    return {request, std::nullopt};
}

} // namespace authcore
