#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QLatin1StringView>

namespace httpserver {
struct Request;
} // namespace httpserver

namespace demobackend {

//! The endpoint or page at a path of the dialect `oauth2`.
enum class OAuthPlace {
    Authorize,
    Device,
    DeviceAuthorization,
    Token,
    Revoke,
    UserInfo,
    Jwks,
    Discovery,
    Resource,
};

struct OAuthRoute
{
    QLatin1StringView path;
    OAuthPlace place;
    QByteArrayView methods; //!< as in an Allow header; empty: other code decides

    [[nodiscard]] bool allows(const QByteArray &method) const;
};

//! The route of the request's path; null: the path is not of this dialect.
[[nodiscard]] const OAuthRoute *oauthRouteOf(const httpserver::Request &request);

} // namespace demobackend
