#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

// The one notion of an origin (RFC 6454 section 4: scheme, host and port), and of this machine.
// Pure; any thread.

namespace authcore {

//! "scheme://host:port", lower case, default port made explicit, no user; empty without a host.
//! Two URLs are of one origin when these texts are equal.
[[nodiscard]] AUTHCORE_EXPORT QString originOf(const QUrl &url);
//! Whether both URLs have a host and the same origin.
[[nodiscard]] AUTHCORE_EXPORT bool isSameOrigin(const QUrl &a, const QUrl &b);
//! 127.0.0.0/8, ::1 or localhost. No name below localhost: a resolver may ask DNS for it (RFC 6761
//! section 6.3 only says that it should not).
[[nodiscard]] AUTHCORE_EXPORT bool isLoopback(const QUrl &url);

} // namespace authcore
