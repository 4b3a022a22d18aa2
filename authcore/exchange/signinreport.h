#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <optional>

namespace authcore {

struct EndpointAnswer;

//! What a sign-in has brought, for people and for reports.
//!
//! Secrets: none: of tokens the length, of cookies the name.
//! Thread:   a value.
struct AUTHCORE_EXPORT SignInReport
{
    //! A token, and where it was.
    struct Token
    {
        //! The part of the answer.
        enum class Place {
            Body, //!< at a JSON pointer
            Cookie, //!< a Set-Cookie header
            Header, //!< any other header
        };
        Place place = Place::Body; //!< the part of the answer
        QString name; //!< the JSON pointer, or the name of the cookie or header
        qsizetype size = 0; //!< bytes
        bool isJwt = false; //!< it can be decoded

        bool operator==(const Token &) const = default;
    };
    //! How the lifetime of the access token is known.
    enum class LifetimeFrom {
        Answer, //!< TokenAnswer::expiresIn or TokenAnswer::expiresAt
        Jwt, //!< its claim `exp`
        Cookie, //!< the attributes of the cookie that it is
        Unknown, //!< nothing says it
    };
    //! A cookie that the answer has set.
    struct Cookie
    {
        QString name; //!< of the cookie
        QString whyNeverSent; //!< for people; empty: requests to the backend carry it

        bool operator==(const Cookie &) const = default;
    };

    std::optional<Token> accessToken {}; //!< empty: no report, since nobody has signed in
    std::optional<Token> refreshToken {}; //!< empty: there is none
    QString whyNoRefreshToken {}; //!< for people; empty: there is one, or none is needed
    std::optional<std::chrono::seconds> lifetime {}; //!< of the access token; empty: unknown
    LifetimeFrom lifetimeFrom = LifetimeFrom::Unknown; //!< where `lifetime` comes from
    QString account {}; //!< empty: unknown
    QList<Cookie> cookies {}; //!< in the order of the answer

    //! For people, a line for each fact: "Access token: a JWT of 243 bytes, at \"/accessToken\" of
    //! the answer". Texts of the server may have control characters.
    [[nodiscard]] QStringList lines() const;
    bool operator==(const SignInReport &) const = default;
};

//! "answer", "jwt", "cookie", "unknown": for reports in JSON.
[[nodiscard]] AUTHCORE_EXPORT QString toName(SignInReport::LifetimeFrom from);
//! Likewise "body", "cookie", "header".
[[nodiscard]] AUTHCORE_EXPORT QString toName(SignInReport::Token::Place place);

//! Describes `tokens`, which are those of `answer`. The account is that of the tokens. Pure.
[[nodiscard]] SignInReport signInReport(
    const BackendProfile &profile, const EndpointAnswer &answer, const TokenSet &tokens);

} // namespace authcore
