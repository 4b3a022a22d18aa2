#pragma once

#include <QtCore/QLatin1StringView>

namespace demobackend {

//! The dialect of access tokens and state files that name none: older versions had only this one.
inline constexpr QLatin1StringView firstDialect("custom-jwt");

} // namespace demobackend
