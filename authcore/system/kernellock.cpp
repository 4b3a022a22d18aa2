#include "authcore/system/kernellock.h"

#include "authcore/system/privatefile.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <sys/file.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

// Another process may have removed the file between the opening and the locking of it.
bool isInPlace(const QFile &file, const QString &path)
{
    struct stat opened
    {
    };
    struct stat there
    {
    };
    return ::fstat(file.handle(), &opened) == 0
        && ::lstat(QFile::encodeName(path).constData(), &there) == 0
        && opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

} // namespace

KernelLock::KernelLock(const QString &path)
    : m_path(path)
{
}

KernelLock::~KernelLock()
{
    unlock();
}

KernelLock::Got KernelLock::tryLock()
{
    if (isHeld())
        return Got::Held;
    if (const auto problem = openPrivateFile(m_file, m_path, Opening::Write)) {
        m_problem = *problem;
        return Got::Unavailable;
    }
    if (::flock(m_file.handle(), LOCK_EX | LOCK_NB) == 0) {
        if (isInPlace(m_file, m_path))
            return Got::Held;
        m_file.close();
        return Got::Busy; // the file was replaced; the next try opens the new one
    }
    const int error = errno;
    m_file.close();
    if (error == EWOULDBLOCK || error == EINTR)
        return Got::Busy;
    m_problem = qt_error_string(error);
    return Got::Unavailable;
}

void KernelLock::unlock()
{
    if (!isHeld())
        return;
    ::flock(m_file.handle(), LOCK_UN); // a child that was forked just now has the file open, too
    m_file.close();
}

void KernelLock::remove()
{
    if (isHeld() && isInPlace(m_file, m_path)) // otherwise the file is another process's by now
        QFile::remove(m_path);
    unlock();
}

void KernelLock::sign()
{
    const QString name = QString::number(QCoreApplication::applicationPid()) % u' '
        % QCoreApplication::applicationName();
    m_file.resize(0);
    m_file.write(name.toUtf8()); // without space on the disk, the holder stays unknown
}

QString KernelLock::signature() const
{
    QFile file;
    const auto problem = openPrivateFile(file, m_path, Opening::Read);
    const QString name = problem ? QString() : QString::fromUtf8(file.read(200));
    if (name.isEmpty())
        return u"an unknown process"_s;
    return u"process "_s % name.section(u' ', 0, 0) % u" ("_s % name.section(u' ', 1) % u')';
}

} // namespace authcore
