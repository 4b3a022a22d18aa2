#include "authcore/demobackend/dialects/jsonbearer.h"

#include "authcore/demobackend/jsonbody.h"
#include "authcore/demobackend/replies.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

QString JsonBearer::name() const
{
    return u"json-bearer"_s;
}

std::optional<Endpoint> JsonBearer::endpointOf(const Request &request) const
{
    if (request.path == "/api/auth/login"_L1)
        return Endpoint::SignIn;
    if (request.path == "/api/auth/refresh"_L1)
        return Endpoint::Refresh;
    if (request.path == "/api/notes"_L1)
        return Endpoint::Resource;
    return {};
}

QByteArray JsonBearer::refreshTokenIn(const Request &request) const
{
    return jsonTextIn(request, "refreshToken"_L1);
}

Reply JsonBearer::signedIn(const Grant &grant, const Knobs &knobs) const
{
    return refreshed(grant, knobs);
}

Reply JsonBearer::refreshed(const Grant &grant, const Knobs &knobs) const
{
    QJsonObject object {
        {u"accessToken"_s, QString::fromLatin1(grant.accessToken)},
        {u"expiresIn"_s, qint64(knobs.accessLifetime.count())},
    };
    if (!grant.refreshToken.isEmpty())
        object.insert("refreshToken"_L1, QString::fromLatin1(grant.refreshToken));
    return jsonReply(200, object);
}

} // namespace demobackend
