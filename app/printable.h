#pragma once

#include <QtCore/QString>

namespace app {

//! Makes `line` safe to print: control characters, which steer terminals, and invisible characters,
//! which hide text or reverse the reading direction, become "\x1b" or "\u202e". Characters that
//! JSON allows unescaped stay valid JSON that way.
[[nodiscard]] QString printable(const QString &line);

} // namespace app
