#include "authcore/tokens/settingsturn.h"

#include "authcore/tokens/lockfile.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QFileInfo>
#include <QtCore/QThread>

#include <cerrno>
#include <chrono>
#include <sys/file.h>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds longestWait = 5s;

} // namespace

SettingsTurn::SettingsTurn(const QString &filePath)
    : m_filePath(filePath)
    , m_lock(lockOf(filePath))
    , m_got(take())
    , m_before(QFileInfo(filePath).lastModified())
{
}

QString SettingsTurn::lockOf(const QString &filePath)
{
    return filePath % u".turn"_s;
}

// The kernel's lock: unlike QLockFile's it costs no sync to disk, of which each lengthens the time
// during which new tokens are in one process only, and it dies with its holder.
SettingsTurn::Got SettingsTurn::take()
{
    if (!m_lock.open(QFile::ReadWrite, QFile::ReadOwner | QFile::WriteOwner))
        return Got::NoLock;
    const QDeadlineTimer end(longestWait);
    while (::flock(m_lock.handle(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return Got::NoLock;
        if (end.hasExpired())
            return Got::NoTurn;
        QThread::msleep(1); // what is done in a turn takes about as long
    }
    return Got::Turn;
}

std::optional<QString> SettingsTurn::problem() const
{
    switch (m_got) {
    case Got::Turn:
        return std::nullopt;
    case Got::NoTurn:
        return u"another process has been at it for long"_s;
    case Got::NoLock:
        break;
    }
    return u"no lock file can be made beside it"_s;
}

void SettingsTurn::clearTheWay() const
{
    const QString path = m_filePath % u".lock"_s;
    QLockFile lock(path);
    if (QFileInfo::exists(path))
        std::ignore = waitForLockFile(lock, longestWait);
}

void SettingsTurn::setApart() const
{
    if (QFileInfo(m_filePath).lastModified() > m_before)
        return;
    QFile file(m_filePath);
    if (file.open(QIODevice::ReadWrite))
        file.setFileTime(m_before.addMSecs(1), QFileDevice::FileModificationTime);
}

} // namespace authcore
