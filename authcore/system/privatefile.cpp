#include "authcore/system/privatefile.h"

#include <QtCore/QFile>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr mode_t ownerOnly = S_IRUSR | S_IWUSR;

int flagsOf(Opening how)
{
    constexpr int always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    switch (how) {
    case Opening::Read:
        return always | O_RDONLY;
    case Opening::Write:
        return always | O_RDWR | O_CREAT;
    case Opening::MakeNew:
        break;
    }
    return always | O_RDWR | O_CREAT | O_EXCL;
}

std::optional<QString> problemOf(int handle)
{
    struct stat file
    {
    };
    if (::fstat(handle, &file) != 0)
        return qt_error_string(errno);
    if (!S_ISREG(file.st_mode))
        return u"this is no file"_s;
    if (file.st_uid != ::geteuid())
        return u"it belongs to another user"_s;
    return std::nullopt;
}

} // namespace

std::optional<QString> openPrivateFile(QFile &file, const QString &path, Opening how)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    const int handle = ::open(QFile::encodeName(path).constData(), flagsOf(how), ownerOnly);
    if (handle < 0)
        return errno == ELOOP ? u"it is a symbolic link"_s : qt_error_string(errno);
    auto problem = problemOf(handle);
    const auto mode = how == Opening::Read ? QFile::ReadOnly : QFile::ReadWrite;
    if (!problem && !file.open(handle, mode | QFile::Unbuffered, QFile::AutoCloseHandle))
        problem = file.errorString();
    if (problem)
        ::close(handle);
    return problem;
}

} // namespace authcore
