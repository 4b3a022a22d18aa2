#pragma once

#include "authcore/protocol/backendprofile.h"

#include <QtNetwork/QNetworkRequest>

namespace authcore {

struct TokenGrant;

//! What goes to an endpoint of the authorization side.
struct EndpointRequest
{
    QNetworkRequest head; //!< follows no redirect, keeps no cookie, is not cached
    QByteArray body; //!< its type and length are in the head
};

//! `request` with `grant` filled in, for `url`; `now` tells which cookies are over.
[[nodiscard]] EndpointRequest endpointRequest(const QUrl &url, const BackendProfile &profile,
    const TokenRequest &request, const TokenGrant &grant, std::chrono::sys_seconds now);
//! One that asks for a JSON document.
[[nodiscard]] QNetworkRequest documentRequest(const QUrl &url);

} // namespace authcore
