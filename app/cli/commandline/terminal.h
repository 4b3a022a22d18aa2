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

// Whatever is printed goes through these, see printable(). Nothing else writes.

void print(const QByteArray &utf8); //!< lines to standard output, flushed
void say(const QString &line); //!< one line to standard error
void sayLines(const QString &lines); //!< several, whose line ends are ours and nobody else's

} // namespace app::cli
