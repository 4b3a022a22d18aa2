#include "authcore/demobackend/oauth/oauthgrant.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

Holder holderOf(const OAuthGrant &grant)
{
    return {u"oauth2"_s, grant.userId,
        {{u"grant"_s, grant.id}, {u"client_id"_s, grant.clientId},
            {u"scope"_s, grant.scopes.join(u' ')},
            {u"auth_time"_s, qint64(grant.authenticatedAt.time_since_epoch().count())}}};
}

OAuthGrant grantOf(const Holder &holder)
{
    const auto &own = holder.own;
    return {own["grant"_L1].toString(), own["client_id"_L1].toString(), holder.userId,
        own["scope"_L1].toString().split(u' ', Qt::SkipEmptyParts), {},
        Instant(std::chrono::milliseconds(own["auth_time"_L1].toInteger()))};
}

} // namespace demobackend
