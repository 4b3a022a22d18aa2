#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>

// Issuer identifiers (RFC 8414 section 2), which are compared character by character. Pure; any
// thread.

namespace authcore {

//! The issuer whose metadata is at `address`, which may end in
//! "/.well-known/openid-configuration" or contain "/.well-known/oauth-authorization-server". Any
//! other address is the issuer itself.
[[nodiscard]] AUTHCORE_EXPORT QString issuerOf(const QString &address);

//! Says that `what` ("The ID token") names the issuer `found`, and not `expected`, and what to do.
//! `found` comes from outside: only its beginning is repeated, without user, query, fragment and
//! characters beyond ASCII.
[[nodiscard]] AUTHCORE_EXPORT QString issuerMismatch(
    const QString &what, const QString &found, const QString &expected);

} // namespace authcore
