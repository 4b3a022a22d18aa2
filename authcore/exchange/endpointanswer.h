#pragma once

#include "authcore/exchange/httpanswer.h"
#include "authcore/exchange/tokenerror.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QJsonObject>
#include <QtCore/QUrl>

#include <chrono>
#include <optional>
#include <variant>

namespace authcore {

//! What an endpoint said, whatever its status.
struct EndpointAnswer
{
    int status = 0; //!< from 200 on
    QByteArray body; //!< up to 1 MiB
    QUrl url; //!< of the endpoint
    QByteArray contentType = {}; //!< the Content-Type header
    QUrl location = {}; //!< the Location header, absolute
    QByteArrayList setCookies = {}; //!< the Set-Cookie headers, one each
    std::optional<std::chrono::sys_seconds> serverDate = {}; //!< the Date header
    std::optional<std::chrono::milliseconds> retryAfter = {}; //!< RFC 9110 section 10.2.3
    std::chrono::sys_seconds receivedAt = {}; //!< local clock
    //! The framing is wrong, so that only the JSON document in `body`, which is complete, counts.
    std::optional<TokenError> framingError = {};

    [[nodiscard]] bool isSuccess() const; //!< any 2xx
    [[nodiscard]] bool isJson() const; //!< the body is a complete document
    [[nodiscard]] QJsonObject json() const; //!< the body; empty: it is no object
    //! By its type or its first bytes: such pages come from a firewall, a proxy or a hotel's
    //! network. JSON is none, whatever its type says.
    [[nodiscard]] bool isHtml() const;
};

using EndpointResult = std::variant<EndpointAnswer, TokenError>;

//! What `answer` from `url` says: the pure half of EndpointExchange. TokenError: NoNetwork,
//! TimedOut, BadAnswer (too large), for what is no answer.
[[nodiscard]] EndpointResult readHttpAnswer(const HttpAnswer &answer, const QUrl &url);

//! For people: no user, no query, no fragment.
[[nodiscard]] QString placeOf(const QUrl &url);

} // namespace authcore
