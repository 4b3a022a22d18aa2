#include "authcore/tokens/lockfile.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QThread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

QLockFile::LockError tryLockFile(QLockFile &file, std::chrono::milliseconds patience)
{
    constexpr std::chrono::milliseconds patienceWithNobody = 2s;
    const bool hasName = file.getLockInfo(nullptr, nullptr, nullptr);
    file.setStaleLockTime(hasName ? patience : patienceWithNobody);
    return file.tryLock(0) ? QLockFile::NoError : file.error();
}

QLockFile::LockError waitForLockFile(QLockFile &file, std::chrono::milliseconds atMost)
{
    constexpr std::chrono::milliseconds patience = 30s;
    const QDeadlineTimer end(atMost);
    auto error = tryLockFile(file, patience);
    while (error == QLockFile::LockFailedError && !end.hasExpired()) {
        QThread::msleep(1); // what is done in such a lock takes about as long
        error = tryLockFile(file, patience);
    }
    return error;
}

QString holderOf(const QLockFile &file)
{
    qint64 pid = 0;
    QString host;
    QString application;
    if (!file.getLockInfo(&pid, &host, &application))
        return u"an unknown process"_s;
    return u"process "_s % QString::number(pid) % u" ("_s % application % u')';
}

} // namespace authcore
