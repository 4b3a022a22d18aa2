#include "app/cli/terminal.h"

#include <QtCore/QtGlobal>

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

//! The first that is set decides (setlocale(3)).
[[nodiscard]] bool isUtf8Locale()
{
    for (const char *const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const auto value = qgetenv(name).toLower();
        if (!value.isEmpty())
            return value.contains("utf-8") || value.contains("utf8");
    }
    return false;
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
    std::fwrite(utf8.constData(), 1, static_cast<std::size_t>(utf8.size()), stdout);
    std::fflush(stdout);
}

void say(const QString &line)
{
    const QByteArray utf8 = line.toUtf8() + '\n';
    std::fwrite(utf8.constData(), 1, static_cast<std::size_t>(utf8.size()), stderr);
}

} // namespace app::cli
