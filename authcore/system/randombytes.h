#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>

#include <functional>

namespace authcore {

//! `count` bytes that nobody can guess; for tests, bytes that are known.
using RandomBytes = std::function<QByteArray(qsizetype count)>;

//! From the operating system's generator.
[[nodiscard]] AUTHCORE_EXPORT QByteArray systemRandomBytes(qsizetype count);

} // namespace authcore
