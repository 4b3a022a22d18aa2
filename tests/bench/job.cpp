#include "tests/bench/job.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <cstdio>
#include <ctime>

using namespace Qt::StringLiterals;

namespace {

// From /proc/self/status, in KiB.
long memoryLine(QByteArrayView name)
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(name))
            return line.mid(name.size()).simplified().split(' ').value(0).toLong();
    }
    return 0;
}

double processorMilliseconds() // of all threads
{
    timespec used {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return double(used.tv_sec) * 1e3 + double(used.tv_nsec) / 1e6;
}

} // namespace

Meter::Meter()
    : m_processor(processorMilliseconds())
    , m_memory(memoryLine("VmRSS:"))
{
    m_time.start();
}

void Meter::report() const
{
    ::report("ms", double(m_time.nsecsElapsed()) / 1e6);
    ::report("cpu_ms", processorMilliseconds() - m_processor);
    ::report("peak_KiB", double(memoryLine("VmHWM:") - m_memory));
}

void report(const char *name, double value)
{
    std::printf("%s %.3f\n", name, value);
}

void cue(const char *name)
{
    std::puts(name);
    std::fflush(stdout);
    std::getchar();
}

void leave(bool good)
{
    std::fflush(stdout);
    QCoreApplication::exit(good ? 0 : 1);
}
