#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>

#include <functional>

namespace authcore {

//! Returns `count` bytes that nobody can guess; in tests, known bytes.
using RandomBytes = std::function<QByteArray(qsizetype count)>;

//! Bytes from the operating system's generator.
[[nodiscard]] AUTHCORE_EXPORT QByteArray systemRandomBytes(qsizetype count);

} // namespace authcore
