#include "app/cli/commandline/terminal.h"

#include "app/printable.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace app::cli {

namespace {

constexpr int fewest = 60;
constexpr int most = 200;

[[nodiscard]] int columnsOfTerminal()
{
#ifdef Q_OS_UNIX
    struct winsize size = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) // NOLINT(*-vararg)
        return size.ws_col;
#endif
    return 0;
}

//! The first of these variables that is set decides (setlocale(3)).
[[nodiscard]] bool isUtf8Locale()
{
    for (const char *const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const auto value = qgetenv(name).toLower();
        if (!value.isEmpty())
            return value.contains("utf-8") || value.contains("utf8");
    }
    return false;
}

void write(const QString &text, std::FILE *to)
{
    const QByteArray utf8 = text.toUtf8();
    std::fwrite(utf8.constData(), 1, static_cast<std::size_t>(utf8.size()), to);
}

} // namespace

Terminal terminalHere()
{
    Terminal terminal;
    auto columns = columnsOfTerminal();
    if (columns <= 0)
        columns = qEnvironmentVariableIntValue("COLUMNS");
    if (columns > 0)
        terminal.columns = std::clamp(columns, fewest, most);
    if (isUtf8Locale())
        terminal.glyphs = Terminal::Glyphs::Unicode;
    return terminal;
}

void print(const QByteArray &utf8)
{
    QStringList lines = QString::fromUtf8(utf8).split(u'\n');
    for (QString &line : lines)
        line = printable(line);
    write(lines.join(u'\n'), stdout);
    std::fflush(stdout);
}

void say(const QString &line)
{
    write(printable(line) + u'\n', stderr);
}

void sayLines(const QString &lines)
{
    const QStringList all = lines.split(u'\n');
    for (const QString &line : all)
        say(line);
}

} // namespace app::cli
