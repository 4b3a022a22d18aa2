#include "authcore/demobackend/dialect.h"

#include "authcore/demobackend/jsonbody.h"
#include "authcore/demobackend/replies.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

QByteArray Dialect::methodOf(Endpoint /*endpoint*/) const
{
    return "POST";
}

void Dialect::setAddress(const QString & /*baseUrl*/) { }

std::optional<Reply> Dialect::answerItself(
    const Request & /*request*/, TokenEndpoints & /*tokens*/, const Moment & /*moment*/)
{
    return {};
}

std::optional<Credentials> Dialect::credentialsIn(const Request &request) const
{
    return jsonCredentialsIn(request, "username"_L1);
}

QByteArray Dialect::accessTokenIn(const Request &request) const
{
    return bearerToken(request);
}

QByteArray Dialect::revokedTokenIn(const Request & /*request*/) const
{
    return {};
}

std::optional<Reply> Dialect::refreshProblem(
    const Request & /*request*/, const QByteArray &refreshToken) const
{
    if (refreshToken.isEmpty())
        return problem(400, u"A refresh token is expected."_s);
    return {};
}

std::optional<Reply> Dialect::holderProblem(
    const Request & /*request*/, const Holder & /*holder*/) const
{
    return {};
}

std::optional<Reply> Dialect::resourceProblem(
    const Request & /*request*/, const AccessToken & /*token*/) const
{
    return {};
}

QJsonObject Dialect::claimsFor(const Holder &holder) const
{
    return {{u"dialect"_s, holder.dialect}};
}

Reply Dialect::refreshRefused(const QString &reason) const
{
    return problem(401, reason);
}

Reply Dialect::challenge(const QByteArray &parameters) const
{
    auto reply = problem(401, u"A good access token is needed here."_s);
    reply.headers.emplace_back(
        "WWW-Authenticate", parameters.isEmpty() ? QByteArray("Bearer") : "Bearer " + parameters);
    return reply;
}

Reply Dialect::problem(int status, const QString &detail) const
{
    return problemReply(status, detail);
}

QByteArray Dialect::content(const Request & /*request*/) const
{
    return "protected resources";
}

} // namespace demobackend
