#include "authcore/session/refreshlock.h"

#include "authcore/tokens/lockfile.h"
#include "authcore/tokens/privatefolder.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRandomGenerator>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds shortestPause = 20ms;
constexpr std::chrono::milliseconds longestPause = 60ms;

QString textFor(QLockFile::LockError error, const QString &path)
{
    const auto place = QFileInfo(path).path();
    if (error == QLockFile::PermissionError)
        return u"No lock file can be made in "_s % place % u": no access"_s;
    return u"No lock file can be made in "_s % place
        % u": something is in the way, or no space is left"_s;
}

} // namespace

RefreshLock::RefreshLock(const QString &path, Clock &clock, UniformRandom random)
    : m_clock(clock)
    , m_random(
          random ? std::move(random) : [] { return QRandomGenerator::global()->generateDouble(); })
    , m_file(path)
{
}

RefreshLock::~RefreshLock() = default;

void RefreshLock::acquire(std::function<void(Acquired)> then)
{
    m_then = std::move(then);
    tryAfter(0ms);
}

void RefreshLock::release()
{
    m_next.reset();
    m_then = nullptr;
    m_file.unlock();
}

bool RefreshLock::isHeld() const
{
    return m_file.isLocked();
}

QString RefreshLock::holder() const
{
    return holderOf(m_file);
}

void RefreshLock::tryNow()
{
    const auto error = isHeld() ? QLockFile::NoError : tryFile();
    switch (error) {
    case QLockFile::NoError:
        settle(Acquired::Yes);
        return;
    case QLockFile::LockFailedError:
        tryAfter(shortestPause
            + std::chrono::floor<std::chrono::milliseconds>(
                m_random() * (longestPause - shortestPause)));
        return;
    case QLockFile::PermissionError:
    case QLockFile::UnknownError:
        m_problem = textFor(error, m_file.fileName());
        settle(Acquired::Unavailable);
        return;
    }
}

QLockFile::LockError RefreshLock::tryFile()
{
    const auto path = m_file.fileName();
    if (!makePrivateFolder(QFileInfo(path).path()))
        return QLockFile::UnknownError;
    const auto error = tryLockFile(m_file, patience);
    if (error == QLockFile::NoError)
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
    if (error == QLockFile::LockFailedError && QFileInfo(path).isDir())
        return QLockFile::UnknownError; // nobody holds that, and nobody will let it go
    return error;
}

void RefreshLock::settle(Acquired result)
{
    m_next.reset();
    const auto then = std::exchange(m_then, nullptr);
    then(result); // may destroy this
}

void RefreshLock::tryAfter(std::chrono::milliseconds pause)
{
    m_next = m_clock.after(pause, [this] { tryNow(); });
}

} // namespace authcore
