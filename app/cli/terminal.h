#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace app::cli {

//! What can be drawn on standard output.
struct Terminal
{
    int columns = 80;
    enum class Glyphs { Ascii, Unicode } glyphs = Glyphs::Ascii;

    bool operator==(const Terminal &) const = default;
};

//! From the terminal itself, COLUMNS, and the locale's variables.
[[nodiscard]] Terminal terminalHere();

void print(const QByteArray &utf8); //!< to standard output, flushed
void say(const QString &line); //!< to standard error, with a line end

} // namespace app::cli
