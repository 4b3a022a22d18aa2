#include "authcore/signin/grantedtokens.h"

#include "authcore/profile/headerrules.h"
#include "authcore/tokens/jwt.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! Claims that are shown to people (OpenID Connect Core section 5.1).
constexpr std::array personalClaims {"preferred_username"_L1, "name"_L1, "email"_L1};

QString nameOf(const QJsonObject &claims)
{
    for (const auto &claim : {"preferred_username"_L1, "email"_L1}) {
        if (auto name = claims.value(claim).toString();
            !name.isEmpty() && !hasControlCharacters(name))
            return name;
    }
    return {};
}

} // namespace

bool hasScope(const QString &scope, QLatin1StringView word)
{
    const auto words = QStringView(scope).split(u' ');
    return std::any_of(words.cbegin(), words.cend(), [word](auto one) { return one == word; });
}

TokenResult completedGrant(
    TokenResult result, const BackendProfile &profile, const QByteArray &clientSecret)
{
    auto *tokens = std::get_if<TokenSet>(&result);
    if (tokens == nullptr)
        return result;
    tokens->clientSecret = clientSecret;
    const QString &granted = tokens->scope.isEmpty() ? profile.scope : tokens->scope;
    const bool isOpenId = hasScope(profile.scope, "openid"_L1) && hasScope(granted, "openid"_L1);
    if (isOpenId && tokens->idToken.isEmpty() && !profile.answer.idToken.isEmpty())
        return TokenError {TokenError::Code::BadAnswer,
            u"The server was asked for an ID token (scope openid) and sent none"_s, {}, {}};
    if (const auto idToken = Jwt::decode(tokens->idToken)) {
        tokens->userName = nameOf(idToken->claims);
        for (const auto &claim : personalClaims) {
            if (idToken->claims.contains(claim) && !tokens->userData.contains(claim))
                tokens->userData.insert(claim, idToken->claims.value(claim));
        }
    }
    if (tokens->userName.isEmpty())
        tokens->userName = tokens->accountId;
    return result;
}

QString whyNoRefreshToken(
    const TokenSet &tokens, const BackendProfile &profile, SignInMethod method)
{
    if (!tokens.refreshToken.isEmpty() || profile.refreshesWithAccessToken())
        return {};
    const auto offline = "offline_access"_L1;
    if (!hasScope(profile.scope, offline))
        return u"The server granted no refresh token: the profile's scope does not ask for it "
               "(many servers want \"offline_access\" there)"_s;
    if (!tokens.scope.isEmpty() && !hasScope(tokens.scope, offline))
        return u"The server granted no refresh token: it did not grant the scope "
               "\"offline_access\", because it does not allow this client to have it or because "
               "the person did not consent"_s;
    const auto prompt = profile.authorization.parameters.find(u"prompt"_s);
    const bool asksConsent =
        prompt != profile.authorization.parameters.end() && hasScope(prompt->second, "consent"_L1);
    if (method == SignInMethod::Browser && !asksConsent) // OpenID Connect Core section 11
        return u"The server granted no refresh token: \"offline_access\" needs the person's "
               "consent, and the profile does not ask for it (authorization parameter "
               "\"prompt\": \"consent\")"_s;
    return u"The server granted no refresh token, although \"offline_access\" was asked for: it "
           "may not allow this client to have one"_s;
}

BackendProfile signInProfile(BackendProfile profile)
{
    profile.refreshRejectedStatuses = BackendProfile().refreshRejectedStatuses;
    return profile;
}

} // namespace authcore
