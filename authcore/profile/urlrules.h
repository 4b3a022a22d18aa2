#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

// How BackendProfile reads URLs, origins and paths.

namespace authcore {

//! http or https.
[[nodiscard]] AUTHCORE_EXPORT bool isHttp(const QUrl &url);
//! The canonical form of an entry of BackendProfile::protectedOrigins; empty for what is no origin.
[[nodiscard]] AUTHCORE_EXPORT QString canonicalOrigin(const QString &entry);
//! What a server will take the path for; empty when servers may differ about it.
[[nodiscard]] AUTHCORE_EXPORT QString normalisedPath(const QUrl &url);

} // namespace authcore
