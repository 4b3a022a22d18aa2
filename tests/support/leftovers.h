#pragma once

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QLockFile>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

namespace test {

//! The content of a QLockFile of a process that has died.
inline QByteArray nameOfADeadProcess()
{
    QProcess dead;
    dead.start(QStringLiteral("true"), QStringList());
    const qint64 pid = dead.processId();
    dead.waitForFinished();
    const QTemporaryDir folder;
    QLockFile ours(folder.filePath(QStringLiteral("lock")));
    QFile file(folder.filePath(QStringLiteral("lock")));
    if (!ours.tryLock(0) || !file.open(QFile::ReadOnly))
        qFatal("no lock file can be made");
    QList<QByteArray> lines = file.readAll().split('\n');
    lines[0] = QByteArray::number(pid);
    return lines.join('\n');
}

//! Writes a file as a process that was killed three seconds ago would leave it.
[[nodiscard]] inline bool leaveBehind(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QFile::WriteOnly) && file.write(content) == content.size() && file.flush()
        && file.setFileTime(QDateTime::currentDateTime().addSecs(-3), QFile::FileModificationTime);
}

} // namespace test
