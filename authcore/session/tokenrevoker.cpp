#include "authcore/session/tokenrevoker.h"

#include "authcore/exchange/endpointerror.h"
#include "authcore/exchange/endpointexchange.h"
#include "authcore/exchange/sessioncookies.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! The profile's request names the refresh token; without one it names the access token.
TokenRequest requestFor(TokenRequest request, const TokenSet &tokens)
{
    if (!tokens.refreshToken.isEmpty())
        return request;
    for (auto field = request.body.begin(); field != request.body.end(); ++field) {
        if (field.value() == "${refreshToken}"_L1)
            field.value() = u"${accessToken}"_s;
        else if (field.value() == "refresh_token"_L1) // token_type_hint
            field.value() = u"access_token"_s;
    }
    return request;
}

std::optional<TokenError> problemOf(const EndpointResult &result, const BackendProfile &profile)
{
    if (const auto *error = std::get_if<TokenError>(&result))
        return *error;
    const auto &answer = std::get<EndpointAnswer>(result);
    // Servers report success also for tokens that they do not know (RFC 7009 section 2.2).
    if (answer.isSuccess() && !answer.isHtml() && errorCodeOf(answer, profile).isEmpty())
        return std::nullopt;
    return endpointError(profile, answer, {});
}

} // namespace

TokenRevoker::TokenRevoker(HttpManagers &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_http(http)
    , m_clock(clock)
{
}

void TokenRevoker::revoke(const BackendProfile &profile, const TokenSet &tokens)
{
    if (profile.revocation.url.isEmpty() || tokens.isEmpty())
        return;
    TokenGrant grant;
    grant.refreshToken = tokens.refreshToken;
    grant.accessToken = tokens.accessToken;
    grant.userName = tokens.userName;
    grant.cookies = wireCookies(tokens, profile);
    grant.clientSecret = tokens.clientSecret;
    auto judge = profile;
    judge.answer = profile.revocation.answer.value_or(profile.answer);
    auto *exchange = new EndpointExchange(m_http, m_clock, this);
    exchange->post(profile, requestFor(profile.revocation, tokens), grant,
        profile.policy.tryTimeout,
        [this, exchange, judge = std::move(judge)](const EndpointResult &result) {
            exchange->deleteLater(); // this function is called by it
            if (const auto error = problemOf(result, judge))
                Q_EMIT failed(*error);
            else
                Q_EMIT revoked();
        });
}

} // namespace authcore
