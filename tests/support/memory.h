#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QFile>

namespace test {

//! A number of the kernel about this process's memory, in bytes: "VmRSS" is the resident memory,
//! "VmHWM" its peak. 0: the kernel does not give it.
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

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool isSanitized = true;
#elif defined(__has_feature)
inline constexpr bool isSanitized = __has_feature(address_sanitizer);
#else
inline constexpr bool isSanitized = false;
#endif

//! Measures the peak of this process's resident memory above its size at the start.
class Peak
{
public:
    Peak()
    {
        QFile clear(QStringLiteral("/proc/self/clear_refs"));
        m_works = clear.open(QIODevice::WriteOnly) && clear.write("5") == 1; // resets VmHWM
        m_before = memory("VmRSS");
    }
    [[nodiscard]] bool works() const { return m_works && m_before > 0; }
    //! 0 under a sanitizer, since sanitizers keep freed memory.
    [[nodiscard]] qint64 growth() const { return isSanitized ? 0 : memory("VmHWM") - m_before; }

private:
    qint64 m_before = 0;
    bool m_works = false;
};

} // namespace test
