#include "authcore/demobackend/dialects/cookiecsrf.h"

#include "authcore/demobackend/cookies.h"
#include "authcore/demobackend/randomtext.h"
#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenmint.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QMessageAuthenticationCode>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr auto accessCookie = "access_token_cookie";
constexpr auto refreshCookie = "refresh_token_cookie";
constexpr auto refreshPath = "/token/refresh";

//! A CSRF value that is computed from the refresh token and does not reveal it.
QByteArray csrfValueOf(const QByteArray &refreshToken)
{
    return QMessageAuthenticationCode::hash("csrf", refreshToken, QCryptographicHash::Sha256)
        .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

bool changesSomething(const Request &request)
{
    return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS";
}

void setPair(Reply &reply, const QByteArray &kind, const QByteArray &token,
    const QByteArray &tokenPath, const QByteArray &csrfValue)
{
    setCookie(reply, {.name = kind + "_token_cookie", .value = token, .path = tokenPath});
    setCookie(reply,
        {.name = "csrf_" + kind + "_token", .value = csrfValue, .reader = Cookie::Reader::Anybody});
}

Reply withCookies(Reply reply, const Grant &grant)
{
    setPair(reply, "access", grant.accessToken, "/", grant.claims["csrf"_L1].toString().toLatin1());
    if (!grant.refreshToken.isEmpty())
        setPair(reply, "refresh", grant.refreshToken, refreshPath, csrfValueOf(grant.refreshToken));
    return reply;
}

} // namespace

QString CookieCsrf::name() const
{
    return u"cookie-csrf"_s;
}

std::optional<Endpoint> CookieCsrf::endpointOf(const Request &request) const
{
    if (request.path == "/token/auth"_L1)
        return Endpoint::SignIn;
    if (request.path == QLatin1StringView(refreshPath))
        return Endpoint::Refresh;
    if (request.path == "/protected"_L1)
        return Endpoint::Resource;
    return {};
}

QByteArray CookieCsrf::refreshTokenIn(const Request &request) const
{
    return cookieIn(request, refreshCookie);
}

QByteArray CookieCsrf::accessTokenIn(const Request &request) const
{
    return cookieIn(request, accessCookie);
}

std::optional<Reply> CookieCsrf::refreshProblem(
    const Request &request, const QByteArray &refreshToken) const
{
    if (refreshToken.isEmpty())
        return challenge({});
    return csrfProblem(request, csrfValueOf(refreshToken));
}

std::optional<Reply> CookieCsrf::resourceProblem(
    const Request &request, const AccessToken &token) const
{
    if (!changesSomething(request))
        return {};
    return csrfProblem(request, token.claims["csrf"_L1].toString().toLatin1());
}

QJsonObject CookieCsrf::claimsFor(const Holder &holder) const
{
    auto claims = Dialect::claimsFor(holder);
    claims.insert("csrf"_L1, QString::fromLatin1(randomText(16)));
    return claims;
}

Reply CookieCsrf::signedIn(const Grant &grant, const Knobs & /*knobs*/) const
{
    return withCookies(jsonReply(200, {{u"login"_s, true}}), grant);
}

Reply CookieCsrf::refreshed(const Grant &grant, const Knobs & /*knobs*/) const
{
    return withCookies(jsonReply(200, {{u"refresh"_s, true}}), grant);
}

Reply CookieCsrf::problem(int status, const QString &detail) const
{
    return jsonReply(status, {{u"msg"_s, detail}});
}

std::optional<Reply> CookieCsrf::csrfProblem(
    const Request &request, const QByteArray &expected) const
{
    const auto shown = request.header("x-csrf-token");
    if (!shown.isEmpty() && shown == expected)
        return {};
    const QByteArray what = shown.isEmpty() ? "Missing CSRF token" : "Wrong CSRF token";
    // Not "invalid_token", since another token would not help.
    auto reply = challenge(R"(error="invalid_request", error_description=")" + what + '"');
    reply.body = problem(401, QString::fromLatin1(what)).body;
    return reply;
}

} // namespace demobackend
