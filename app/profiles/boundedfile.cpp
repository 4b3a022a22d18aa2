#include "app/profiles/boundedfile.h"

#include <QtCore/QFile>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#else
#include <cstdio>
#endif

using namespace Qt::StringLiterals;

namespace app {

namespace {

FileProblem problem(const QString &name, const QString &what)
{
    return {u"%1: %2"_s.arg(name, what)};
}

FileProblem tooLong(const QString &name, qsizetype mostBytes)
{
    return problem(name, u"is longer than %1 bytes, which is more than is read"_s.arg(mostBytes));
}

#ifdef Q_OS_UNIX

using namespace std::chrono_literals;

QString errorText()
{
    return QString::fromStdString(std::system_category().message(errno));
}

//! An open file of any kind. Waits for the writer of a pipe, but not for ever.
class Descriptor
{
public:
    explicit Descriptor(const QString &name)
        : m_ownsIt(name != "-"_L1)
        , m_fd(m_ownsIt ? ::open(QFile::encodeName(name).constData(), // NOLINT(*-vararg)
                   O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
                        : STDIN_FILENO)
    {
        if (m_fd >= 0 && ::fstat(m_fd, &m_status) == 0)
            m_isOpen = true;
    }
    ~Descriptor()
    {
        if (m_ownsIt && m_fd >= 0)
            ::close(m_fd);
    }
    Q_DISABLE_COPY_MOVE(Descriptor)

    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    [[nodiscard]] bool isFolder() const { return S_ISDIR(m_status.st_mode); }
    [[nodiscard]] bool isOrdinary() const { return S_ISREG(m_status.st_mode); }

    enum class Reading { Some, AtEnd, Failed, NoWriter };

    Reading readInto(QByteArray &content)
    {
        const auto wanted = static_cast<std::size_t>(m_chunk.size());
        const auto got = ::read(m_fd, m_chunk.data(), wanted);
        if (got > 0) {
            content.append(m_chunk.constData(), got);
            m_hasWriter = true;
            return Reading::Some;
        }
        if (got < 0 && errno == EINTR)
            return Reading::Some;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            m_hasWriter = true; // the writer has not written yet
            return wait(-1ms);
        }
        if (got < 0)
            return Reading::Failed;
        if (!S_ISFIFO(m_status.st_mode) || !m_ownsIt || m_hasWriter)
            return Reading::AtEnd;
        return m_waits++ < mostWaits ? wait(oneWait) : Reading::NoWriter;
    }

private:
    static constexpr auto oneWait = 50ms;
    static constexpr int mostWaits = 5s / oneWait;

    Reading wait(std::chrono::milliseconds time)
    {
        // poll() returns at once for a pipe whose writer has gone, but waits for one that never had
        // a writer.
        pollfd ready {m_fd, POLLIN, 0};
        const int count = ::poll(&ready, 1, static_cast<int>(time.count()));
        return count < 0 && errno != EINTR ? Reading::Failed : Reading::Some;
    }

    bool m_ownsIt;
    int m_fd;
    bool m_isOpen = false;
    bool m_hasWriter = false;
    int m_waits = 0;
    struct stat m_status = {};
    QByteArray m_chunk {1 << 16, Qt::Uninitialized};
};

} // namespace

std::variant<QByteArray, FileProblem> readFile(const QString &name, const FileBounds &bounds)
{
    Descriptor file(name);
    if (!file.isOpen())
        return problem(name, errorText());
    if (file.isFolder())
        return problem(name, u"is a folder, and no file"_s);
    if (bounds.kinds == FileBounds::Kinds::OrdinaryFiles && !file.isOrdinary())
        return problem(name, u"is a pipe or a device, and no ordinary file"_s);
    QByteArray content;
    while (content.size() <= bounds.mostBytes) {
        switch (file.readInto(content)) {
        case Descriptor::Reading::Some:
            break;
        case Descriptor::Reading::AtEnd:
            return content;
        case Descriptor::Reading::Failed:
            return problem(name, errorText());
        case Descriptor::Reading::NoWriter:
            return problem(name, u"is a pipe that nobody writes to"_s);
        }
    }
    return tooLong(name, bounds.mostBytes);
}

#else

} // namespace

std::variant<QByteArray, FileProblem> readFile(const QString &name, const FileBounds &bounds)
{
    QFile file(name);
    const bool isOpen =
        name == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return problem(name, file.errorString());
    auto content = file.read(bounds.mostBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return problem(name, file.errorString());
    if (content.size() > bounds.mostBytes)
        return tooLong(name, bounds.mostBytes);
    return content;
}

#endif

} // namespace app
