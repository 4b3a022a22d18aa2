#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QLatin1StringView>

namespace httpserver {
struct Request;
} // namespace httpserver

namespace demobackend {

//! What is at a path of the dialect `oauth2`.
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
    QByteArrayView methods; //!< as in an Allow header; empty: decided elsewhere

    [[nodiscard]] bool allows(const QByteArray &method) const;
};

//! Null: the path is of another dialect, or of none.
[[nodiscard]] const OAuthRoute *oauthRouteOf(const httpserver::Request &request);

} // namespace demobackend
