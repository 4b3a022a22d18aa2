#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"

#include <QtNetwork/QNetworkRequest>

#include <optional>
#include <variant>

namespace authcore {

struct TokenGrant;

//! What goes to an endpoint of the authorization side.
struct EndpointRequest
{
    QNetworkRequest head; //!< follows no redirect, keeps no cookie, is not cached
    std::optional<QByteArray> body; //!< of a POST, its type and length in the head; empty: a GET
};

//! `request` with `grant` filled in, for `url`; `now` tells which cookies are over.
//! TokenError: Refused, for values that a header cannot carry or that have control characters; its
//! text names the value, and does not show it.
[[nodiscard]] std::variant<EndpointRequest, TokenError> endpointRequest(const QUrl &url,
    const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant,
    std::chrono::sys_seconds now);
//! One that asks for a JSON document.
[[nodiscard]] EndpointRequest documentRequest(const QUrl &url);

} // namespace authcore
