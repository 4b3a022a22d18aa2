#include "authcore/tokens/settingsturn.h"

#include <QtCore/QDateTime>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QFileInfo>
#include <QtCore/QStringList>
#include <QtCore/QThread>

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds longestWait = 5s;
constexpr std::chrono::milliseconds pause = 1ms; // about as long as a turn

// The holder of a QLockFile takes the kernel's lock on it before it writes its name. If this
// process gets that lock, the holder is dead. A file without a name may be of a process that is
// about to take the lock.
bool clearLeftover(const QString &path)
{
    constexpr std::chrono::milliseconds patienceWithNobody = 2s;
    const QFileInfo file(path);
    if (file.size() == 0
        && file.lastModified().msecsTo(QDateTime::currentDateTime()) < patienceWithNobody.count())
        return false;
    KernelLock lock(path);
    const bool isLeft = lock.tryLock() == KernelLock::Got::Held;
    if (isLeft)
        lock.remove();
    return isLeft;
}

// To remove a leftover, QLockFile locks FILE.rmlock. A process may have been killed while it held
// that lock too.
bool clearQLockFile(const QString &path)
{
    QStringList files;
    for (QString file = path; QFileInfo::exists(file); file += u".rmlock"_s)
        files.prepend(file);
    return std::all_of(files.cbegin(), files.cend(), clearLeftover);
}

} // namespace

SettingsTurn::SettingsTurn(const QString &filePath)
    : m_filePath(filePath)
    , m_lock(lockOf(filePath))
    , m_got(take())
{
}

QString SettingsTurn::lockOf(const QString &filePath)
{
    return filePath % u".turn"_s;
}

KernelLock::Got SettingsTurn::take()
{
    const QDeadlineTimer end(longestWait);
    auto got = m_lock.tryLock();
    while (got == KernelLock::Got::Busy && !end.hasExpired()) {
        QThread::msleep(pause.count());
        got = m_lock.tryLock();
    }
    return got;
}

std::optional<QString> SettingsTurn::problem() const
{
    switch (m_got) {
    case KernelLock::Got::Held:
        return std::nullopt;
    case KernelLock::Got::Busy:
        return u"another process has been at it for long"_s;
    case KernelLock::Got::Unavailable:
        break;
    }
    return QString(u"no lock file can be made beside it: "_s % m_lock.problem());
}

std::optional<QString> SettingsTurn::waitForOthers() const
{
    const QDeadlineTimer end(longestWait);
    while (!clearQLockFile(m_filePath % u".lock"_s)) {
        if (end.hasExpired())
            return u"another program has had it locked for long"_s;
        QThread::msleep(pause.count());
    }
    return std::nullopt;
}

} // namespace authcore
