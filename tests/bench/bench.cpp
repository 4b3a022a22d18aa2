// AuthNetworkAccessManager against plain QNetworkAccessManager, as ratios in one run.
//
//     bench_authcore [--pairs=N] [--scale=PERCENT] [--benchmark_filter=REGEX] ...
//
// Each repetition is one pair: both clients run one after the other in processes of their own, with
// servers in this process. Read the medians of the counters. cpu_ratio compares the processor time
// of the clients only; on a busy machine it is more reliable than time_ratio. Memory in MiB is the
// peak growth of the resident set, memory in bytes is the heap in use. callgrind counts the
// instructions.
#include "tests/bench/rows.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QStandardPaths>

#include <benchmark/benchmark.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {

struct Options
{
    int pairs = 11; //!< for quick rows; slow rows run fewer pairs
    int percent = 100; //!< of all counts and sizes; less than 100 tests the benchmarks themselves
};

Options optionsOf(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.addOptions(
        {{u"pairs"_s, {}, u"n"_s, u"11"_s}, {u"scale"_s, {}, u"percent"_s, u"100"_s}});
    parser.process(arguments);
    return {std::max(1, parser.value(u"pairs"_s).toInt()),
        std::max(1, parser.value(u"scale"_s).toInt())};
}

template <typename Run>
void add(const char *name, int repetitions, Run run)
{
    benchmark::RegisterBenchmark(name, run)
        ->Iterations(1)
        ->Repetitions(repetitions)
        ->ReportAggregatesOnly()
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

class Rows
{
public:
    Rows(Servers &servers, const Options &options)
        : m_servers(servers)
        , m_options(options)
    {
    }

    using Measure = void (*)(benchmark::State &, Servers &, Load);
    void add(const char *name, Measure measure, Load load, int pairs)
    {
        const Load scaled {part(load.count), std::min(load.parallel, part(load.count))};
        ::add(name, std::min(pairs, m_options.pairs),
            [&servers = m_servers, measure, scaled](
                benchmark::State &state) { measure(state, servers, scaled); });
    }
    void addTransfer(const char *name, const QString &job, qint64 bytes, int pairs)
    {
        ::add(name, std::min(pairs, m_options.pairs),
            [&servers = m_servers, job, size = part(bytes)](
                benchmark::State &state) { transfer(state, servers, job, size); });
    }

private:
    [[nodiscard]] qint64 part(qint64 whole) const
    {
        return std::max<qint64>(10, whole * m_options.percent / 100);
    }

    Servers &m_servers;
    Options m_options;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    benchmark::Initialize(&argc, argv);
    QStringList arguments; // app.arguments() still has the benchmark library's arguments
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const Options options = optionsOf(arguments);
    Servers servers;
    if (const QString problem = servers.backend.start(); !problem.isEmpty())
        qFatal("%s", qPrintable(problem));

    Rows rows(servers, options);
    const int many = options.pairs;
    constexpr qint64 gibibyte = 1LL << 30;
    rows.add("steady: 5,000 GETs, 50 at a time", goodToken, {5000, 50}, many);
    rows.add("1,000 GETs at once", goodToken, {1000, 1000}, many);
    rows.add("20,000 GETs at once", goodToken, {20000, 20000}, many);
    rows.add("20,000 GETs at once, plain 50 at a time", againstBestPace, {20000, 20000}, many);
    rows.add("50,000 GETs at once", goodToken, {50000, 50000}, 3);
    rows.add("1,000 at once, token expired", expiredToken, {1000, 1000}, many);
    rows.add("20,000 at once, token expired", expiredToken, {20000, 20000}, 7);
    rows.add("50,000 at once, token expired", expiredToken, {50000, 50000}, 3);
    rows.add("100,000 held", heldReplies, {100000, 0}, 3);
    rows.addTransfer("1 GiB down", u"download"_s, gibibyte, 7);
    rows.addTransfer("1 GiB up", u"upload"_s, gibibyte, 7);
    rows.addTransfer("1 GiB up, sequential", u"upload-sequential"_s, gibibyte, 3);
    if (const QString problem = servers.http2.start(servers.backend.url()); problem.isEmpty())
        rows.add("HTTP/2, 50 ms: 2,000 GETs at once", overHttp2, {2000, 2000}, many);
    else
        qWarning("HTTP/2 is left out: %s", qPrintable(problem));
    rows.add("trace on: 5,000 GETs, 50 at a time", traced, {5000, 50}, many);
    if (!QStandardPaths::findExecutable(u"valgrind"_s).isEmpty())
        rows.add("instructions: 1,000 GETs, 50 at a time", instructions, {1000, 50}, 3);
    else
        qWarning("Instructions are left out: valgrind is missing");
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
