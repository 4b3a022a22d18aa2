#pragma once

#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace authcore::lab {

//! What a value of an answer seems to be.
enum class ValueKind { AccessToken, RefreshToken, IdToken, Lifetime, Expiry, AccountId };

//! A value of an answer, and where it is.
struct FoundValue
{
    ValueKind kind = ValueKind::AccessToken;
    enum class Source { Body, Cookie } source = Source::Body;
    QString place; //!< a JSON pointer (RFC 6901), or the name of a cookie
    QString note; //!< for people: "a JWT, valid for 15 minutes"; contains no secret

    bool operator==(const FoundValue &) const = default;
};

//! A token answer, looked at without a profile: which value seems to be what.
//!
//! Names count first ("access", "refresh", "expires_in"), then what a value looks like: a JWT, a
//! long random text, a small number, a date. Pure; contains no secret.
struct AnswerInspection
{
    //! The places that were found. Others are empty; the unit is that of the lifetime or the date.
    TokenAnswer places;
    QList<CsrfPair> csrf; //!< for cookies with names as of CSRF values
    QList<FoundValue> found; //!< at most one for each kind

    [[nodiscard]] const FoundValue *find(ValueKind kind) const; //!< nullptr: there is none
    [[nodiscard]] bool hasAccessToken() const; //!< in the body or in a cookie
};

//! Looks at an answer. `body` may be anything, and `setCookies` are the Set-Cookie headers.
[[nodiscard]] AnswerInspection inspectAnswer(
    const QByteArray &body, const QByteArrayList &setCookies = {});

} // namespace authcore::lab
