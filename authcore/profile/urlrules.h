#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

// How BackendProfile reads URLs, origins and paths.

namespace authcore {

//! http or https.
[[nodiscard]] AUTHCORE_EXPORT bool isHttp(const QUrl &url);
//! The canonical form of an entry of BackendProfile::protectedOrigins; empty: it is not an origin.
[[nodiscard]] AUTHCORE_EXPORT QString canonicalOrigin(const QString &entry);
//! The path as a server understands it; empty: servers may understand it differently.
[[nodiscard]] AUTHCORE_EXPORT QString normalisedPath(const QUrl &url);

} // namespace authcore
