#pragma once

#include <QtCore/QByteArray>

#include <chrono>
#include <optional>

namespace authcore {

//! RFC 9110 section 5.6.7: IMF-fixdate, the one form that servers may still write. Empty: it is
//! none.
[[nodiscard]] std::optional<std::chrono::sys_seconds> httpDate(const QByteArray &header);

} // namespace authcore
