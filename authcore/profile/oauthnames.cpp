#include "authcore/profile/oauthnames.h"

using namespace Qt::StringLiterals;

namespace authcore {

QJsonObject oauthRefreshBody()
{
    return {{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, u"${refreshToken}"_s},
        {u"client_id"_s, u"${clientId}"_s}};
}

QJsonObject oauthRevocationBody()
{
    return {{u"token"_s, u"${refreshToken}"_s}, {u"token_type_hint"_s, u"refresh_token"_s},
        {u"client_id"_s, u"${clientId}"_s}};
}

void placeOAuthAnswer(TokenAnswer &answer)
{
    answer.accessToken = u"/access_token"_s;
    answer.refreshToken = u"/refresh_token"_s;
    answer.idToken = u"/id_token"_s;
    answer.expiresIn = u"/expires_in"_s;
    answer.scope = u"/scope"_s;
}

BackendProfile withoutOAuthEndpoints(BackendProfile profile)
{
    for (auto *url : {&profile.refresh.url, &profile.authorization.url,
             &profile.deviceAuthorizationUrl, &profile.revocation.url})
        url->clear();
    profile.authorization.issuerInAnswers = false;
    return profile;
}

} // namespace authcore
