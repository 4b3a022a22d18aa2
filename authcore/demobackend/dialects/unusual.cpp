#include "authcore/demobackend/dialects/unusual.h"

#include "authcore/demobackend/replies.h"

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

QString Unusual::name() const
{
    return u"unusual"_s;
}

std::optional<Endpoint> Unusual::endpointOf(const Request &request) const
{
    if (request.path == "/unusual/session"_L1)
        return request.method == "PUT" ? Endpoint::Refresh : Endpoint::SignIn;
    if (request.path == "/unusual/resource"_L1)
        return Endpoint::Resource;
    return {};
}

QByteArray Unusual::methodOf(Endpoint endpoint) const
{
    return endpoint == Endpoint::Refresh ? "PUT" : "GET";
}

std::optional<Credentials> Unusual::credentialsIn(const Request &request) const
{
    const QByteArray value = request.header("authorization");
    if (!value.startsWith("Basic "))
        return {};
    const auto pair = QString::fromUtf8(QByteArray::fromBase64(value.mid(6)));
    const auto colon = pair.indexOf(u':');
    if (colon < 0)
        return {};
    return Credentials {pair.left(colon), pair.mid(colon + 1)};
}

QByteArray Unusual::refreshTokenIn(const Request &request) const
{
    return request.header("x-refresh-token");
}

Reply Unusual::signedIn(const Grant &grant, const Knobs & /*knobs*/) const
{
    auto reply = jsonReply(200, {});
    reply.headers.emplace_back("X-Access-Token", "Bearer " + grant.accessToken);
    reply.headers.emplace_back("X-Refresh-Token", grant.refreshToken);
    return reply;
}

Reply Unusual::refreshed(const Grant &grant, const Knobs & /*knobs*/) const
{
    QJsonObject tokens {{u"access"_s, QString::fromLatin1(grant.accessToken)}};
    if (!grant.refreshToken.isEmpty())
        tokens.insert("refresh"_L1, QString::fromLatin1(grant.refreshToken));
    return jsonReply(200, {{u"tokens"_s, tokens}});
}

Reply Unusual::challenge(const QByteArray & /*parameters*/) const
{
    return jsonReply(200, {{u"code"_s, u"TOKEN_EXPIRED"_s}});
}

} // namespace demobackend
