#pragma once

#include "authcore/exchange/endpointtry.h"
#include "authcore/system/export.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace authcore {

//! Why a token request gave no tokens.
struct AUTHCORE_EXPORT TokenError
{
    Q_GADGET

public:
    //! To branch on.
    enum class Code {
        Rejected, //!< the server will not have this grant any more, or these credentials: sign in
        Misconfigured, //!< invalid_client, ...: the profile is wrong (RFC 6749 section 5.2)
        NoNetwork, //!< no connection, or it broke
        TimedOut, //!< no answer in time
        ServerFailed, //!< 5xx, or any status that is neither an answer nor a refusal
        RateLimited, //!< 429
        BadAnswer, //!< a success status with a body that is no token response
        Refused, //!< never sent: plain http beyond loopback, no endpoint
        StoreUnwritable, //!< a refresh was not sent: the new tokens could not be stored
    };
    Q_ENUM(Code)
    Code code = Code::NoNetwork; //!< to branch on
    QString detail; //!< for people: what happened and where; no secret, no query
    std::optional<int> httpStatus; //!< empty: no answer came
    std::optional<std::chrono::milliseconds> retryAfter; //!< RFC 9110 section 10.2.3; up to a day
    //! The server's own code, if it is one of RFC 6749 sections 4.1.2.1 and 5.2, RFC 8628 section
    //! 3.5 or the profile's; empty otherwise.
    QString serverCode = {};
    std::optional<EndpointTry> request =
        {}; //!< what was sent and what came; empty: nothing was sent

    //! Worth trying again without a person: everything but Rejected, Misconfigured and Refused.
    [[nodiscard]] bool isTransient() const noexcept;
    bool operator==(const TokenError &) const = default;
};

} // namespace authcore
