#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>

namespace authcore {

//! `json` with its comments, from "//" to the end of the line or between "/*" and "*/", replaced by
//! spaces, so that every position stays the same. A "/*" that is never closed is left alone, for the
//! parser to complain about. Pure.
[[nodiscard]] AUTHCORE_EXPORT QByteArray withoutComments(QByteArray json);

} // namespace authcore
