#include "authcore/tokens/settingsturn.h"

#include "authcore/tokens/lockfile.h"

#include <QtCore/QFileInfo>

#include <chrono>
#include <tuple>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds longestWait = 5s;

} // namespace

SettingsTurn::SettingsTurn(const QString &filePath)
    : m_filePath(filePath)
    , m_lock(filePath % u".turn"_s)
    , m_error(waitForLockFile(m_lock, longestWait))
    , m_before(QFileInfo(filePath).lastModified())
{
}

std::optional<QString> SettingsTurn::problem() const
{
    switch (m_error) {
    case QLockFile::NoError:
        return std::nullopt;
    case QLockFile::LockFailedError:
        return QString(holderOf(m_lock) % u" has been at it for long"_s);
    case QLockFile::PermissionError:
    case QLockFile::UnknownError:
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
