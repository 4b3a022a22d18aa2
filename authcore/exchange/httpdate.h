#pragma once

#include <QtCore/QByteArray>

#include <chrono>
#include <optional>

namespace authcore {

//! Reads a date in the one form that servers may still write, IMF-fixdate (RFC 9110 section 5.6.7).
//! Empty: the header has another form.
[[nodiscard]] std::optional<std::chrono::sys_seconds> httpDate(const QByteArray &header);

} // namespace authcore
