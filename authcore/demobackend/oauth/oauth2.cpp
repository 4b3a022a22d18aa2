#include "authcore/demobackend/oauth/oauth2.h"

#include "authcore/demobackend/oauth/discovery.h"
#include "authcore/demobackend/oauth/form.h"
#include "authcore/demobackend/oauth/oauthroutes.h"
#include "authcore/demobackend/oauth/oauthscopes.h"
#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenendpoints.h"
#include "authcore/demobackend/tokenmint.h"

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

bool isRefresh(const Request &request)
{
    const auto form = formIn(request);
    return form && form->bytes("grant_type") == "refresh_token";
}

Reply methodNotAllowed(const OAuthRoute &route)
{
    auto reply = problemReply(405, u"This method is not answered here."_s);
    reply.headers.emplace_back("Allow", route.methods.toByteArray());
    return reply;
}

//! RFC 6749 section 5.1
Reply tokenReply(
    const OAuthGrant &what, const Grant &grant, const QByteArray &idToken, const Knobs &knobs)
{
    QJsonObject object {
        {u"access_token"_s, QString::fromLatin1(grant.accessToken)},
        {u"token_type"_s, u"Bearer"_s},
        {u"expires_in"_s, qint64(knobs.accessLifetime.count())},
        {u"scope"_s, what.scopes.join(u' ')},
    };
    if (!grant.refreshToken.isEmpty())
        object.insert("refresh_token"_L1, QString::fromLatin1(grant.refreshToken));
    if (!idToken.isEmpty())
        object.insert("id_token"_L1, QString::fromLatin1(idToken));
    return jsonReply(200, object);
}

Reply insufficientScope(const QString &scope)
{
    auto reply = problemReply(403, u"The access token lacks the scope %1."_s.arg(scope));
    reply.headers.emplace_back("WWW-Authenticate",
        R"(Bearer error="insufficient_scope", scope=")" + scope.toLatin1() + '"');
    return reply;
}

bool hasScope(const AccessToken &token, const QString &scope)
{
    return token.claims["scope"_L1].toString().split(u' ').contains(scope);
}

} // namespace

QString OAuth2::name() const
{
    return u"oauth2"_s;
}

std::optional<Endpoint> OAuth2::endpointOf(const Request &request) const
{
    const auto *const route = oauthRouteOf(request);
    if (route == nullptr)
        return {};
    if (route->place == OAuthPlace::Resource)
        return Endpoint::Resource;
    if (route->place != OAuthPlace::Token)
        return Endpoint::Other;
    return isRefresh(request) ? Endpoint::Refresh : Endpoint::SignIn;
}

void OAuth2::setAddress(const QString &baseUrl)
{
    m_issuer = baseUrl;
    m_authorize.setIssuer(baseUrl);
    m_deviceEndpoints.setIssuer(baseUrl);
    m_idTokens.setIssuer(baseUrl);
}

std::optional<Reply> OAuth2::answerItself(
    const Request &request, TokenEndpoints &tokens, const Moment &moment)
{
    const auto *const route = oauthRouteOf(request);
    if (route == nullptr || route->place == OAuthPlace::Resource)
        return {};
    if (!route->allows(request.method))
        return methodNotAllowed(*route);
    switch (route->place) {
    case OAuthPlace::Authorize:
        return m_authorize.answer(request, moment);
    case OAuthPlace::Device:
        return m_deviceEndpoints.verify(request, moment);
    case OAuthPlace::DeviceAuthorization:
        return m_deviceEndpoints.authorize(request, moment);
    case OAuthPlace::Token:
        if (isRefresh(request))
            return {};
        return token(request, tokens, moment);
    case OAuthPlace::Revoke:
        return revoke(request, tokens);
    case OAuthPlace::UserInfo:
        return userInfo(request, tokens, moment);
    case OAuthPlace::Jwks:
        return jsonReply(200, m_idTokens.jwks());
    case OAuthPlace::Discovery:
        return jsonReply(200, discoveryDocument(m_issuer, moment.knobs));
    case OAuthPlace::Resource:
        break;
    }
    return {};
}

QByteArray OAuth2::refreshTokenIn(const Request &request) const
{
    const auto form = formIn(request);
    return form ? form->bytes("refresh_token") : QByteArray();
}

QByteArray OAuth2::revokedTokenIn(const Request &request) const
{
    const auto *const route = oauthRouteOf(request);
    const auto form = formIn(request);
    const bool isRevocation = route != nullptr && route->place == OAuthPlace::Revoke && form;
    return isRevocation ? form->bytes("token") : QByteArray();
}

std::optional<Reply> OAuth2::refreshProblem(
    const Request &request, const QByteArray &refreshToken) const
{
    const auto read = clientFormIn(request);
    if (const auto *error = std::get_if<OAuthError>(&read))
        return oauthErrorReply(*error);
    if (refreshToken.isEmpty())
        return oauthErrorReply(
            {u"invalid_request"_s, u"The parameter refresh_token is required."_s});
    return {};
}

std::optional<Reply> OAuth2::holderProblem(const Request &request, const Holder &holder) const
{
    const auto read = clientFormIn(request);
    const auto &[form, client] = std::get<ClientForm>(read); // refreshProblem() has checked it
    const auto granted = grantOf(holder);
    if (granted.clientId != client.id)
        return oauthErrorReply(
            {u"invalid_grant"_s, u"The refresh token was issued to another client."_s});
    if (!form.has("scope"))
        return {};
    // RFC 6749 section 6: a refresh may not ask for more than was granted. If it asks for less, the
    // whole grant is returned, as the answer's scope says.
    const auto asked = scopesIn(form.text("scope"));
    const bool isWithin = asked
        && std::all_of(asked->begin(), asked->end(),
            [&](const QString &scope) { return granted.scopes.contains(scope); });
    if (!isWithin)
        return oauthErrorReply({u"invalid_scope"_s, u"A scope was not granted."_s});
    return {};
}

std::optional<Reply> OAuth2::resourceProblem(
    const Request & /*request*/, const AccessToken &token) const
{
    if (isRevoked(token))
        return challenge(R"(error="invalid_token")");
    if (!hasScope(token, u"resources"_s))
        return insufficientScope(u"resources"_s);
    return {};
}

QJsonObject OAuth2::claimsFor(const Holder &holder) const
{
    auto claims = Dialect::claimsFor(holder);
    for (const auto name : {"grant"_L1, "client_id"_L1, "scope"_L1})
        claims.insert(name, holder.own[name]);
    return claims;
}

Reply OAuth2::signedIn(const Grant &grant, const Knobs &knobs) const
{
    return refreshed(grant, knobs);
}

Reply OAuth2::refreshed(const Grant &grant, const Knobs &knobs) const
{
    const auto what = grantOf(grant.holder);
    const auto idToken = m_idTokens.issue(what, grant.accessToken, knobs, grant.at);
    return tokenReply(what, grant, idToken, knobs);
}

Reply OAuth2::refreshRefused(const QString &reason) const
{
    return oauthErrorReply({u"invalid_grant"_s, reason});
}

Reply OAuth2::token(const Request &request, TokenEndpoints &tokens, const Moment &moment)
{
    const auto read = clientFormIn(request);
    if (const auto *error = std::get_if<OAuthError>(&read))
        return oauthErrorReply(*error);
    const auto &[form, client] = std::get<ClientForm>(read);
    const auto outcome = m_grantTypes.decide(form, client, moment);
    if (const auto *refusal = std::get_if<GrantRefusal>(&outcome)) {
        auto reply = oauthErrorReply(refusal->error);
        if (refusal->revoked) {
            revokeGrant(*refusal->revoked, tokens);
            reply.changedState = true;
        }
        return reply;
    }
    const auto &what = std::get<OAuthGrant>(outcome);
    const bool isOffline =
        what.scopes.contains("offline_access"_L1) || moment.knobs.alwaysRefreshToken;
    const auto grant = tokens.begin(*this, holderOf(what),
        isOffline ? TokenEndpoints::Issue::BothTokens : TokenEndpoints::Issue::AccessToken, moment);
    const auto idToken = m_idTokens.issue(what, grant.accessToken, moment.knobs, moment.now);
    auto reply = notStored(tokenReply(what, grant, idToken, moment.knobs));
    reply.changedState = true;
    return reply;
}

Reply OAuth2::revoke(const Request &request, TokenEndpoints &tokens)
{
    const auto read = clientFormIn(request);
    if (const auto *error = std::get_if<OAuthError>(&read))
        return oauthErrorReply(*error);
    const auto &[form, client] = std::get<ClientForm>(read);
    const auto shown = form.bytes("token");
    if (shown.isEmpty())
        return oauthErrorReply({u"invalid_request"_s, u"The parameter token is required."_s});
    const auto holder = tokens.holderOf(*this, shown);
    const auto accessToken = tokens.find(*this, shown);
    const auto owner = holder ? holder->own["client_id"_L1].toString()
        : accessToken         ? accessToken->claims["client_id"_L1].toString()
                              : client.id;
    if (owner != client.id) // RFC 7009 section 2.1
        return oauthErrorReply({u"invalid_grant"_s, u"The token was issued to another client."_s});
    if (holder)
        revokeGrant(grantOf(*holder), tokens);
    if (accessToken)
        m_revokedTokens.insert(accessToken->claims["jti"_L1].toString());
    // RFC 7009 section 2.2: an unknown token counts as revoked.
    auto reply = notStored({});
    reply.changedState = true;
    return reply;
}

Reply OAuth2::userInfo(const Request &request, TokenEndpoints &tokens, const Moment &moment) const
{
    const auto shown = bearerToken(request);
    if (shown.isEmpty())
        return challenge({});
    const auto token = tokens.find(*this, shown);
    if (!token || !tokens.isGood(*token, moment) || isRevoked(*token))
        return challenge(R"(error="invalid_token")");
    if (!hasScope(*token, u"openid"_s))
        return insufficientScope(u"openid"_s);
    const auto user = findUser(&DemoUser::id, token->claims["sub"_L1].toString());
    const auto scopes = token->claims["scope"_L1].toString().split(u' ');
    return notStored(jsonReply(200, IdTokens::userInfo(user.value_or(DemoUser()), scopes)));
}

bool OAuth2::isRevoked(const AccessToken &token) const
{
    return m_revokedGrants.contains(token.claims["grant"_L1].toString())
        || m_revokedTokens.contains(token.claims["jti"_L1].toString());
}

void OAuth2::revokeGrant(const OAuthGrant &grant, TokenEndpoints &tokens)
{
    m_revokedGrants.insert(grant.id);
    tokens.revoke(holderOf(grant));
}

} // namespace demobackend
