#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

#include <optional>

// How BackendProfile reads URLs, origins and paths.

namespace authcore {

//! http or https.
[[nodiscard]] AUTHCORE_EXPORT bool isHttp(const QUrl &url);
//! The canonical form of an entry of BackendProfile::protectedOrigins; empty: it is not an origin.
[[nodiscard]] AUTHCORE_EXPORT QString canonicalOrigin(const QString &entry);
//! The path as a server understands it; empty: servers may understand it differently.
[[nodiscard]] AUTHCORE_EXPORT QString normalisedPath(const QUrl &url);

//! The URL of a proxy in BackendProfile::proxy, without a password; empty: `text` is not one, or
//! "direct".
[[nodiscard]] AUTHCORE_EXPORT std::optional<QUrl> proxyUrl(const QString &text);

} // namespace authcore
