#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

// The words of a command line that a browser has copied. Nothing is run and no variable is
// replaced. Pure.

namespace authcore::lab {

//! Whether `text` is in the form of cmd.exe, where a caret quotes the next character and continues
//! a line.
[[nodiscard]] bool isCmdForm(const QString &text);

//! The words of the first command in the form of a POSIX shell: '…', $'…', "…", backslashes and
//! continued lines. Empty: a quote is never closed.
[[nodiscard]] std::optional<QStringList> shellWords(const QString &text);

//! The same in the form of cmd.exe and of Windows programs.
[[nodiscard]] std::optional<QStringList> cmdWords(const QString &text);

} // namespace authcore::lab
