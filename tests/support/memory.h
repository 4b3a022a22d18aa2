#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QFile>

namespace test {

//! What the kernel says of this process' memory, in bytes: "VmRSS" is what is resident now, "VmHWM"
//! the most that ever was. 0: it does not say.
[[nodiscard]] inline qint64 memory(QByteArrayView what)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray all = status.readAll();
    const qsizetype at = all.indexOf(what);
    if (at < 0)
        return 0;
    const qsizetype from = at + what.size() + 1;
    return all.mid(from, all.indexOf("kB", from) - from).trimmed().toLongLong() * 1024;
}

} // namespace test
