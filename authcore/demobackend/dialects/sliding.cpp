#include "authcore/demobackend/dialects/sliding.h"

#include "authcore/demobackend/replies.h"
#include "authcore/demobackend/tokenendpoints.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

QString Sliding::name() const
{
    return u"sliding"_s;
}

std::optional<Endpoint> Sliding::endpointOf(const Request &request) const
{
    if (request.path == "/sliding/token"_L1)
        return Endpoint::SignIn;
    if (request.path == "/sliding/refresh"_L1)
        return Endpoint::Refresh;
    if (request.path == "/sliding/resource"_L1)
        return Endpoint::Resource;
    return {};
}

std::optional<Reply> Sliding::answerItself(
    const Request &request, TokenEndpoints &tokens, const Moment &moment)
{
    if (endpointOf(request) != Endpoint::Refresh || request.method != "POST")
        return {};
    const auto grant = tokens.renew(*this, accessTokenIn(request), moment);
    return grant ? refreshed(*grant, moment.knobs) : refreshRefused(u"The token is invalid."_s);
}

QByteArray Sliding::refreshTokenIn(const Request & /*request*/) const
{
    return {};
}

Reply Sliding::signedIn(const Grant &grant, const Knobs &knobs) const
{
    return refreshed(grant, knobs);
}

Reply Sliding::refreshed(const Grant &grant, const Knobs & /*knobs*/) const
{
    return jsonReply(200, {{u"token"_s, QString::fromLatin1(grant.accessToken)}});
}

} // namespace demobackend
