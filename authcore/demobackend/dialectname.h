#pragma once

#include <QtCore/QLatin1StringView>

namespace demobackend {

//! What access tokens and state files speak that do not say so: they are older than the others.
inline constexpr QLatin1StringView firstDialect("custom-jwt");

} // namespace demobackend
