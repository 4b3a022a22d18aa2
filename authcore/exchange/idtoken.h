#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <chrono>
#include <optional>

// What an ID token has to say before the tokens beside it are used.
//
// Its signature is not checked: it comes straight from the token endpoint over TLS, which OpenID
// Connect Core section 3.1.3.7 item 6 accepts instead. Whoever shows the claims says so.

namespace authcore {

//! Whom an ID token has to be from, for and about. What is empty is not known, and not checked.
struct AUTHCORE_EXPORT IdTokenExpected
{
    QString issuer; //!< BackendProfile::issuer
    QString clientId; //!< BackendProfile::clientId
    QString nonce = {}; //!< as sent with the authorization request
    QByteArray previous = {}; //!< the present ID token, at a refresh
};

//! What is wrong with `idToken`, for people; empty: nothing is. Its text contains no claim.
//!
//! Units:    `now` by the issuer's clock, or by ours, which may be off by some minutes.
//! Thread:   any.
//! Spec:     OpenID Connect Core section 3.1.3.7, at a refresh section 12.2.
[[nodiscard]] AUTHCORE_EXPORT std::optional<QString> idTokenProblem(
    const QByteArray &idToken, const IdTokenExpected &expected, std::chrono::sys_seconds now);

//! `sub`: who it is about, at this issuer; empty for what is no ID token.
[[nodiscard]] AUTHCORE_EXPORT QString idTokenSubject(const QByteArray &idToken);

} // namespace authcore
