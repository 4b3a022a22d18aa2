#pragma once

#include <QtCore/QString>

namespace app {

//! `line` as it can be printed: control characters, which steer terminals, and invisible ones,
//! which turn the reading direction round or hide, are spelled out as "\x1b" or "\u202e". Those
//! that may stand in JSON as they are stay JSON that way.
[[nodiscard]] QString printable(const QString &line);

} // namespace app
