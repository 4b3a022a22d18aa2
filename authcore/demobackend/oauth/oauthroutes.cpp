#include "authcore/demobackend/oauth/oauthroutes.h"

#include "authcore/demobackend/exchange.h"

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr QByteArrayView reading("GET, HEAD");
constexpr QByteArrayView both("GET, HEAD, POST");
constexpr QByteArrayView posting("POST");

constexpr std::array routes {
    OAuthRoute {"/oauth2/authorize"_L1, OAuthPlace::Authorize, both},
    OAuthRoute {"/oauth2/device"_L1, OAuthPlace::Device, both},
    OAuthRoute {"/oauth2/device_authorization"_L1, OAuthPlace::DeviceAuthorization, posting},
    OAuthRoute {"/oauth2/token"_L1, OAuthPlace::Token, posting},
    OAuthRoute {"/oauth2/revoke"_L1, OAuthPlace::Revoke, posting},
    OAuthRoute {"/oauth2/userinfo"_L1, OAuthPlace::UserInfo, both},
    OAuthRoute {"/oauth2/jwks"_L1, OAuthPlace::Jwks, reading},
    OAuthRoute {"/.well-known/openid-configuration"_L1, OAuthPlace::Discovery, reading},
    OAuthRoute {"/.well-known/oauth-authorization-server"_L1, OAuthPlace::Discovery, reading},
    OAuthRoute {"/api/me"_L1, OAuthPlace::Resource, {}},
};

} // namespace

bool OAuthRoute::allows(const QByteArray &method) const
{
    if (method == "GET" || method == "HEAD")
        return methods.startsWith("GET");
    return method == "POST" && methods.endsWith("POST");
}

const OAuthRoute *oauthRouteOf(const Request &request)
{
    const auto *const found = std::find_if(routes.begin(), routes.end(),
        [&](const OAuthRoute &route) { return route.path == request.path; });
    return found == routes.end() ? nullptr : found;
}

} // namespace demobackend
