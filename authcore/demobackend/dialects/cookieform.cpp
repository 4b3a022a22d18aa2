#include "authcore/demobackend/dialects/cookieform.h"

#include "authcore/demobackend/cookies.h"
#include "authcore/demobackend/replies.h"
#include "authcore/httpserver/multipartform.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr auto accessCookie = "access_token";
constexpr auto refreshCookie = "refresh_token";
constexpr auto refreshPath = "/api/v1/token";

// The error code of RFC 6749 section 5.2.
Reply errorReply(const QString &error, const QString &description)
{
    return jsonReply(400, {{u"error"_s, error}, {u"error_description"_s, description}});
}

QByteArray grantTypeIn(const Request &request)
{
    const auto form = httpserver::multipartFormIn(request);
    if (!form)
        return {};
    const auto field = form->find("grant_type");
    return field == form->end() ? QByteArray() : field->second;
}

Reply withCookies(Reply reply, const Grant &grant, const Knobs &knobs)
{
    setCookie(
        reply, {.name = accessCookie, .value = grant.accessToken, .maxAge = knobs.accessLifetime});
    if (!grant.refreshToken.isEmpty())
        setCookie(reply,
            {.name = refreshCookie,
                .value = grant.refreshToken,
                .path = refreshPath,
                .maxAge = knobs.refreshLifetime});
    return reply;
}

} // namespace

QString CookieForm::name() const
{
    return u"cookie-form"_s;
}

std::optional<Endpoint> CookieForm::endpointOf(const Request &request) const
{
    if (request.path == "/api/v1/login"_L1)
        return Endpoint::SignIn;
    if (request.path == QLatin1StringView(refreshPath))
        return Endpoint::Refresh;
    if (request.path == "/api/v1/resources"_L1)
        return Endpoint::Resource;
    return {};
}

QByteArray CookieForm::refreshTokenIn(const Request &request) const
{
    return cookieIn(request, refreshCookie);
}

QByteArray CookieForm::accessTokenIn(const Request &request) const
{
    return cookieIn(request, accessCookie);
}

std::optional<Reply> CookieForm::refreshProblem(
    const Request &request, const QByteArray &refreshToken) const
{
    if (grantTypeIn(request) != "refresh_token")
        return errorReply(u"unsupported_grant_type"_s,
            u"A multipart form with grant_type=refresh_token is expected."_s);
    if (refreshToken.isEmpty())
        return errorReply(u"invalid_grant"_s, u"There is no cookie with a refresh token."_s);
    return {};
}

Reply CookieForm::signedIn(const Grant &grant, const Knobs &knobs) const
{
    return withCookies(jsonReply(200, {{u"username"_s, grant.user.name}}), grant, knobs);
}

Reply CookieForm::refreshed(const Grant &grant, const Knobs &knobs) const
{
    return withCookies(jsonReply(200, {}), grant, knobs);
}

Reply CookieForm::refreshRefused(const QString &reason) const
{
    return errorReply(u"invalid_grant"_s, reason);
}

} // namespace demobackend
