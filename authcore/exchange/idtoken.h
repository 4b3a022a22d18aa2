#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <chrono>
#include <optional>

// Checks an ID token before the tokens beside it are used.
//
// The signature is not checked: the token comes from the token endpoint over TLS, which OpenID
// Connect Core section 3.1.3.7 item 6 accepts instead. A program that shows the claims should say
// so.

namespace authcore {

//! The issuer, the audience and the subject that an ID token must have. Empty members are unknown
//! and not checked.
struct AUTHCORE_EXPORT IdTokenExpected
{
    QString issuer; //!< BackendProfile::issuer
    QString clientId; //!< BackendProfile::clientId
    QString nonce = {}; //!< as sent with the authorization request
    QByteArray previous = {}; //!< the present ID token, at a refresh
};

//! What is wrong with `idToken`, for people; empty: nothing. The text contains no claim but the
//! issuer.
//!
//! Units:    `now` by the issuer's clock or by the local one; some minutes of difference are
//!           allowed.
//! Thread:   any.
//! Spec:     OpenID Connect Core section 3.1.3.7, at a refresh section 12.2.
[[nodiscard]] AUTHCORE_EXPORT std::optional<QString> idTokenProblem(
    const QByteArray &idToken, const IdTokenExpected &expected, std::chrono::sys_seconds now);

//! The claim `sub`, the person at this issuer; empty: `idToken` is not an ID token.
[[nodiscard]] AUTHCORE_EXPORT QString idTokenSubject(const QByteArray &idToken);

} // namespace authcore
