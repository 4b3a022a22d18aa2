#include "authcore/demobackend/dialects/customjwt.h"

#include "authcore/demobackend/dialectname.h"
#include "authcore/demobackend/jsonbody.h"
#include "authcore/demobackend/replies.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

QString CustomJwt::name() const
{
    return firstDialect;
}

std::optional<Endpoint> CustomJwt::endpointOf(const Request &request) const
{
    if (request.path == "/authorization/token"_L1)
        return Endpoint::SignIn;
    if (request.path == "/authorization/refresh"_L1)
        return Endpoint::Refresh;
    if (request.path == "/api/resources"_L1 || request.path == "/api/echo"_L1)
        return Endpoint::Resource;
    return {};
}

std::optional<Credentials> CustomJwt::credentialsIn(const Request &request) const
{
    return jsonCredentialsIn(request, "userName"_L1);
}

QByteArray CustomJwt::refreshTokenIn(const Request &request) const
{
    return jsonTextIn(request, "refreshToken"_L1);
}

Reply CustomJwt::signedIn(const Grant &grant, const Knobs &knobs) const
{
    return refreshed(grant, knobs);
}

Reply CustomJwt::refreshed(const Grant &grant, const Knobs &knobs) const
{
    QJsonObject object {
        {u"userId"_s, grant.user.id},
        {u"authorizationToken"_s, QString::fromLatin1(grant.accessToken)},
    };
    if (!grant.refreshToken.isEmpty())
        object.insert("refreshToken"_L1, QString::fromLatin1(grant.refreshToken));
    if (knobs.sendExpiresIn)
        object.insert("expires_in"_L1, qint64(knobs.accessLifetime.count()));
    return jsonReply(200, object);
}

} // namespace demobackend
