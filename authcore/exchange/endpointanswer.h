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

//! The answer of an endpoint, with any status.
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
    HttpHeaders headers = {}; //!< all of them
    EndpointTry request = {}; //!< for people; of what EndpointExchange has sent

    [[nodiscard]] bool isSuccess() const; //!< any 2xx
    [[nodiscard]] bool isJson() const; //!< the body is a complete document
    [[nodiscard]] QJsonObject json() const; //!< the body; empty: it is no object
    //! Whether the body is HTML, by its type or its first bytes: a page of a firewall, of a proxy
    //! or of a hotel's network. A JSON document is not HTML, whatever its type says.
    [[nodiscard]] bool isHtml() const;
};

using EndpointResult = std::variant<EndpointAnswer, TokenError>;

//! Reads `answer` from `url`: the pure half of EndpointExchange. A TokenError is NoNetwork,
//! TimedOut or BadAnswer (too large): there is no answer.
[[nodiscard]] EndpointResult readHttpAnswer(const HttpAnswer &answer, const QUrl &url);

//! `url` for people: without user, query and fragment.
[[nodiscard]] QString placeOf(const QUrl &url);

} // namespace authcore
