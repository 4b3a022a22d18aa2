#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace app::cli {

//! What standard output can show.
struct Terminal
{
    int columns = 80;
    enum class Glyphs { Ascii, Unicode } glyphs = Glyphs::Ascii;

    bool operator==(const Terminal &) const = default;
};

//! Reads the terminal's size, else COLUMNS, and the variables of the locale.
[[nodiscard]] Terminal terminalHere();

// All output goes through these functions, which make the text printable().

void print(const QByteArray &utf8); //!< writes lines to standard output, and flushes
void say(const QString &line); //!< writes one line to standard error
void sayLines(const QString &lines); //!< writes several lines; no line end may come from outside

} // namespace app::cli
