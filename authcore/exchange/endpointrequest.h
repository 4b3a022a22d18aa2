#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"

#include <QtNetwork/QNetworkRequest>

#include <optional>
#include <variant>

namespace authcore {

struct TokenGrant;

//! A request to an endpoint of the authorization server.
struct EndpointRequest
{
    QNetworkRequest head; //!< follows no redirect, keeps no cookie, is not cached
    //! Its type and length are in the head. Empty: a document is asked for, with GET.
    std::optional<QByteArray> body;
    QByteArray method = "POST"; //!< with `body`, also with an empty one
};

//! `request` with `grant` filled in, for `url`. Cookies that have expired at `now` are left out.
//! TokenError: Refused, for values that a header cannot carry or that have control characters; its
//! text names the value, and does not show it.
[[nodiscard]] std::variant<EndpointRequest, TokenError> endpointRequest(const QUrl &url,
    const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant,
    std::chrono::sys_seconds now);
//! A request for a JSON document.
[[nodiscard]] EndpointRequest documentRequest(const QUrl &url);

} // namespace authcore
