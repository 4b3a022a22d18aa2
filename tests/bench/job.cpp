#include "tests/bench/job.h"

#include "tests/support/memory.h"

#include <QtCore/QCoreApplication>

#include <cstdio>
#include <ctime>

namespace {

double processorMilliseconds() // of all threads
{
    timespec used {};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return double(used.tv_sec) * 1e3 + double(used.tv_nsec) / 1e6;
}

} // namespace

Meter::Meter()
    : m_processor(processorMilliseconds())
    , m_memory(test::memory("VmRSS"))
{
    m_time.start();
}

void Meter::report() const
{
    ::report("ms", double(m_time.nsecsElapsed()) / 1e6);
    ::report("cpu_ms", processorMilliseconds() - m_processor);
    ::report("peak_KiB", double(test::memory("VmHWM") - m_memory) / 1024);
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
