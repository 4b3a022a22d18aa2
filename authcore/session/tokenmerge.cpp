#include "authcore/session/tokenmerge.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenplaces.h"

#include <utility>

namespace authcore {

TokenSet completedTokens(
    TokenSet tokens, const BackendProfile &profile, std::chrono::sys_seconds now)
{
    if (tokens.tokenEndpoint.isEmpty() && tokens.protectedOrigins.isEmpty()
        && tokens.places.empty())
        notePlaces(tokens, profile);
    if (tokens.tokenEndpoint.isEmpty())
        tokens.tokenEndpoint = profile.resolved(profile.refresh.url);
    if (tokens.protectedOrigins.isEmpty())
        tokens.protectedOrigins = profile.protectedOrigins;
    if (tokens.accountId.isEmpty())
        tokens.accountId = tokens.userName;
    if (!tokens.receivedAt)
        tokens.receivedAt = now;
    return tokens;
}

TokenSet mergedTokens(TokenSet fresh, const TokenSet &old, const QList<QNetworkCookie> &sentCookies,
    const BackendProfile &profile, std::chrono::sys_seconds now)
{
    if (fresh.refreshToken.isEmpty() && profile.answer.refreshTokenCookie.isEmpty())
        fresh.refreshToken = old.refreshToken;
    if (fresh.idToken.isEmpty())
        fresh.idToken = old.idToken;
    fresh.cookies = keepsCookies(profile)
        ? rebasedCookies(std::move(fresh.cookies), sentCookies, old.cookies)
        : old.cookies;
    if (fresh.accountId.isEmpty())
        fresh.accountId = old.accountId;
    if (fresh.scope.isEmpty())
        fresh.scope = old.scope;
    for (auto fact = old.userData.begin(); fact != old.userData.end(); ++fact) {
        if (!fresh.userData.contains(fact.key()))
            fresh.userData.insert(fact.key(), fact.value());
    }
    fresh.userName = old.userName;
    fresh.clientSecret = old.clientSecret;
    return completedTokens(std::move(fresh), profile, now);
}

} // namespace authcore
