// AuthNetworkAccessManager against plain QNetworkAccessManager, as ratios in one run.
//
// Each repetition is one pair: both clients, in turn, in processes of their own, against one server
// in this process; the order changes from pair to pair. Read the medians of the counters:
// time_ratio, memory_ratio (peak growth of resident memory), instruction_ratio (callgrind).
#include "authcore/demobackend/demobackend.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>

#include <benchmark/benchmark.h>

using namespace Qt::StringLiterals;

namespace {

struct Cost
{
    double milliseconds = 0;
    double kibibytes = 0;
    double instructions = 0;
};

constexpr int pairs = 11;

QProcess &finished(QProcess &process)
{
    process.waitForFinished(-1);
    if (process.exitCode() != 0)
        qFatal("%s", process.readAllStandardError().constData());
    return process;
}

QStringList clientArguments(
    const demobackend::DemoBackend &backend, const QString &mode, int count, int parallel)
{
    return {mode, backend.url().toString(), QString::number(count), QString::number(parallel)};
}

Cost run(demobackend::DemoBackend &backend, const QString &mode, int count, int parallel)
{
    backend.clearTranscript();
    QProcess client;
    client.start(QStringLiteral(BENCH_CLIENT), clientArguments(backend, mode, count, parallel));
    const QList<QByteArray> words =
        finished(client).readAllStandardOutput().simplified().split(' ');
    return {words.value(0).toDouble(), words.value(1).toDouble(), 0};
}

// What one request costs: the difference of a long and a short run, so that starting up cancels
// out.
double instructions(demobackend::DemoBackend &backend, const QString &mode, int count, int parallel)
{
    const auto total = [&](int requests) {
        backend.clearTranscript();
        QProcess valgrind;
        valgrind.start(u"valgrind"_s,
            QStringList {u"--tool=callgrind"_s, u"--callgrind-out-file=/dev/null"_s,
                QStringLiteral(BENCH_CLIENT)}
                + clientArguments(backend, mode, requests, parallel));
        const QString text = QString::fromLocal8Bit(finished(valgrind).readAllStandardError());
        static const QRegularExpression collected(u"Collected : (\\d+)"_s);
        return collected.match(text).captured(1).toDouble();
    };
    return (total(count) - total(count / 5)) / (count - count / 5);
}

template <typename Measure>
std::pair<Cost, Cost> pairOf(Measure measure)
{
    static bool plainFirst = false;
    plainFirst = !plainFirst;
    std::pair<Cost, Cost> costs;
    if (plainFirst)
        costs.first = measure(u"plain"_s);
    costs.second = measure(u"auth"_s);
    if (!plainFirst)
        costs.first = measure(u"plain"_s);
    return costs;
}

void compareRuns(
    benchmark::State &state, demobackend::DemoBackend &backend, int count, int parallel)
{
    for (auto _ : state) {
        const auto [plain, ours] =
            pairOf([&](const QString &mode) { return run(backend, mode, count, parallel); });
        state.SetIterationTime(ours.milliseconds / 1000);
        state.counters["plain_ms"] = plain.milliseconds;
        state.counters["ours_ms"] = ours.milliseconds;
        state.counters["time_ratio"] = ours.milliseconds / plain.milliseconds;
        state.counters["plain_MiB"] = plain.kibibytes / 1024;
        state.counters["ours_MiB"] = ours.kibibytes / 1024;
        state.counters["memory_ratio"] = ours.kibibytes / plain.kibibytes;
    }
}

void compareInstructions(
    benchmark::State &state, demobackend::DemoBackend &backend, int count, int parallel)
{
    for (auto _ : state) {
        const auto [plain, ours] = pairOf([&](const QString &mode) {
            return Cost {0, 0, instructions(backend, mode, count, parallel)};
        });
        state.SetIterationTime(1e-3);
        state.counters["plain_per_request"] = plain.instructions;
        state.counters["ours_per_request"] = ours.instructions;
        state.counters["instruction_ratio"] = ours.instructions / plain.instructions;
    }
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    benchmark::Initialize(&argc, argv);
    demobackend::DemoBackend backend;
    if (const QString problem = backend.start(); !problem.isEmpty())
        qFatal("%s", qPrintable(problem));

    const auto add = [&](const char *name, auto compare, int count, int parallel, int repetitions) {
        benchmark::RegisterBenchmark(name,
            [&backend, compare, count, parallel](
                benchmark::State &state) { compare(state, backend, count, parallel); })
            ->Iterations(1)
            ->Repetitions(repetitions)
            ->ReportAggregatesOnly()
            ->UseManualTime()
            ->Unit(benchmark::kMillisecond);
    };
    add("steady: 5,000 GETs, 50 at a time", compareRuns, 5000, 50, pairs);
    add("burst: 20,000 GETs at once", compareRuns, 20000, 20000, pairs);
    if (!QStandardPaths::findExecutable(u"valgrind"_s).isEmpty())
        add("steady, instructions: 1,000 GETs, 50 at a time", compareInstructions, 1000, 50, 3);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
