#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>

#include <chrono>
#include <optional>

namespace authcore {

//! A JSON Web Token, decoded for display and for a guess at its expiry. Never trusted: no signature
//! is checked here, and no decision about access may rest on it.
//!
//! Thread:   any.
//! Units:    more than 64 KiB is no token.
//! Spec:     RFC 7519, RFC 7515 section 3.1.
struct AUTHCORE_EXPORT Jwt
{
    QJsonObject header; //!< `alg`, `typ`, ...
    QJsonObject claims; //!< `sub`, `exp`, ...

    //! Empty if `token` is no JWT in compact serialisation, but an opaque token for example.
    [[nodiscard]] static std::optional<Jwt> decode(const QByteArray &token);

    //! `exp`, `iat` (RFC 7519 section 4.1) by the server's clock; empty when missing or not sane.
    [[nodiscard]] std::optional<std::chrono::sys_seconds> expiresAt() const;
    [[nodiscard]] std::optional<std::chrono::sys_seconds> issuedAt() const; //!< likewise
    [[nodiscard]] QString subject() const; //!< `sub`; empty when missing

    bool operator==(const Jwt &) const = default;
};

} // namespace authcore
