#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace authcore {

//! One request to an endpoint of the authorization server, and its answer, for people: a part of
//! the story of a refresh, and of the error of a sign-in.
//!
//! Secrets: none. Values in the query of the URL are masked; so are tokens, passwords and cookies in
//! texts of the server, also those that the request carried. Each text is one line, without control
//! characters.
//! Thread:   a value.
struct AUTHCORE_EXPORT EndpointTry
{
    static constexpr int longestCode = 100; //!< characters of errorCode
    static constexpr int longestText = 200; //!< characters of errorDescription and answerStart

    std::chrono::sys_time<std::chrono::milliseconds> sentAt {}; //!< wall clock
    std::chrono::milliseconds took {}; //!< from sending to the result
    QString url {}; //!< without user and fragment
    std::optional<int> httpStatus {}; //!< empty: no answer came
    QString errorCode {}; //!< the error at TokenAnswer::error, as the server has written it
    QString errorDescription {}; //!< the server's error_description (RFC 6749 section 5.2)
    QString missing {}; //!< what a success lacks: "without an access token at \"/accessToken\""
    QString answerStart {}; //!< the beginning of the body

    //! The parts that are known, in one line:
    //! "21:04:05.123 https://host/token: 400 in 12 ms, invalid_grant, {"error":"invalid_grant"}".
    //! The time of day is local.
    [[nodiscard]] QString toString() const;
    bool operator==(const EndpointTry &) const = default;
};

} // namespace authcore
