#include "tests/bench/rows.h"

#include "tests/bench/clientprocess.h"

#include <benchmark/benchmark.h>

#include <utility>

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds latency {50};
constexpr qint64 bestPace = 50; //!< the number of requests at once with which plain Qt is fastest

QStringList requests(const QString &manager, Load load)
{
    return {u"requests"_s, manager, u"--count"_s, QString::number(load.count), u"--parallel"_s,
        QString::number(load.parallel)};
}

// The results of two measurements, in any order of measuring.
template <typename First, typename Second>
auto pairOf(First first, Second second)
{
    static bool secondFirst = false;
    if (std::exchange(secondFirst, !secondFirst)) {
        auto late = second();
        return std::pair {first(), std::move(late)};
    }
    auto early = first();
    return std::pair {std::move(early), second()};
}

std::pair<Report, Report> plainAndOurs(
    Servers &servers, const QStringList &plain, const QStringList &ours)
{
    return pairOf([&] { return runClient(servers.backend, plain); },
        [&] { return runClient(servers.backend, ours); });
}

void compareTimes(benchmark::State &state, const Report &plain, const Report &ours)
{
    state.SetIterationTime(ours.at("ms") / 1000);
    state.counters["plain_ms"] = plain.at("ms");
    state.counters["ours_ms"] = ours.at("ms");
    state.counters["time_ratio"] = ours.at("ms") / plain.at("ms");
    state.counters["cpu_ratio"] = ours.at("cpu_ms") / plain.at("cpu_ms");
}

void compareMemory(benchmark::State &state, const Report &plain, const Report &ours)
{
    state.counters["plain_MiB"] = plain.at("peak_KiB") / 1024;
    state.counters["ours_MiB"] = ours.at("peak_KiB") / 1024;
    state.counters["memory_ratio"] = ours.at("peak_KiB") / plain.at("peak_KiB");
}

void compare(benchmark::State &state, Servers &servers, Load plainLoad, Load ourLoad)
{
    for ([[maybe_unused]] auto _ : state) {
        const auto [plain, ours] =
            plainAndOurs(servers, requests(u"plain"_s, plainLoad), requests(u"ours"_s, ourLoad));
        compareTimes(state, plain, ours);
        compareMemory(state, plain, ours);
    }
}

// Instructions of one request: the difference of a long and a short run, without the start-up.
double instructionsOfOne(
    Servers &servers, Load load, const QString &manager, const QStringList &more)
{
    const Load shorter {load.count / 5, load.parallel};
    return (instructionsOf(servers.backend, requests(manager, load) + more)
               - instructionsOf(servers.backend, requests(manager, shorter) + more))
        / double(load.count - shorter.count);
}

struct Held
{
    double bytes = 0; //!< of each reply, beyond an empty reply
    double emptyBytes = 0; //!< of an empty reply with its request
    double microseconds = 0; //!< of each reply from its release to its answer
};

Held measureHeld(Servers &servers, qint64 count)
{
    demobackend::Script refresh = servers.backend.on(u"/authorization/refresh"_s);
    const QStringList number {u"--count"_s, QString::number(count)};
    const auto [empty, held] = pairOf(
        [&] {
            return runClient(servers.backend, QStringList {u"empty"_s, u"ours"_s} + number);
        },
        [&] {
            return runClient(servers.backend, QStringList {u"held"_s, u"ours"_s} + number,
                {{"ready", [&refresh] { refresh.hold(); }},
                    {"held", [&refresh] { refresh.release(); }}});
        });
    return {(held.at("heap_bytes") - empty.at("heap_bytes")) / double(count),
        empty.at("heap_bytes") / double(count), held.at("release_ms") * 1000 / double(count)};
}

// The same for a queued reply with a valid token.
double queuedBytes(Servers &servers, qint64 count, double emptyBytes)
{
    const Report queued =
        runClient(servers.backend, {u"queued"_s, u"ours"_s, u"--count"_s, QString::number(count)});
    return queued.at("heap_bytes") / double(count) - emptyBytes;
}

} // namespace

void goodToken(benchmark::State &state, Servers &servers, Load load)
{
    compare(state, servers, load, load);
}

void againstBestPace(benchmark::State &state, Servers &servers, Load load)
{
    compare(state, servers, {load.count, bestPace}, load);
}

void expiredToken(benchmark::State &state, Servers &servers, Load load)
{
    for ([[maybe_unused]] auto _ : state) {
        int challenges = 0;
        const auto [good, expired] = pairOf(
            [&] {
                return runClient(
                    servers.backend, requests(u"ours"_s, load) << u"--refresh-first"_s);
            },
            [&] {
                Report report = runClient(servers.backend, requests(u"ours"_s, load),
                    {{"ready", [&servers] { servers.backend.expireAccessTokens(); }}});
                challenges = servers.backend.counters().challenges;
                return report;
            });
        state.SetIterationTime(expired.at("ms") / 1000);
        state.counters["good_ms"] = good.at("ms");
        state.counters["expired_ms"] = expired.at("ms");
        state.counters["time_ratio"] = expired.at("ms") / good.at("ms");
        state.counters["cpu_ratio"] = expired.at("cpu_ms") / good.at("cpu_ms");
        state.counters["challenges"] = challenges;
    }
}

void overHttp2(benchmark::State &state, Servers &servers, Load load)
{
    demobackend::Knobs slow;
    slow.latency[demobackend::Endpoint::Resource] = latency;
    servers.backend.setKnobs(slow);
    const QStringList target {u"--target"_s,
        servers.http2.url().resolved(QUrl(u"/api/resources"_s)).toString(), u"--ca"_s,
        servers.http2.certificateFile()};
    for ([[maybe_unused]] auto _ : state) {
        const auto [plain, ours] = plainAndOurs(
            servers, requests(u"plain"_s, load) + target, requests(u"ours"_s, load) + target);
        if (plain.at("http2") != double(load.count) || ours.at("http2") != double(load.count))
            state.SkipWithError("not all answers came over HTTP/2");
        compareTimes(state, plain, ours);
        compareMemory(state, plain, ours);
    }
    servers.backend.setKnobs({});
}

void traced(benchmark::State &state, Servers &servers, Load load)
{
    for ([[maybe_unused]] auto _ : state) {
        const auto [off, on] = plainAndOurs(
            servers, requests(u"ours"_s, load), requests(u"ours"_s, load) << u"--trace"_s);
        state.SetIterationTime(on.at("ms") / 1000);
        state.counters["off_ms"] = off.at("ms");
        state.counters["on_ms"] = on.at("ms");
        state.counters["time_ratio"] = on.at("ms") / off.at("ms");
        state.counters["cpu_ratio"] = on.at("cpu_ms") / off.at("cpu_ms");
    }
}

void instructions(benchmark::State &state, Servers &servers, Load load)
{
    for ([[maybe_unused]] auto _ : state) {
        const double plain = instructionsOfOne(servers, load, u"plain"_s, {});
        const double ours = instructionsOfOne(servers, load, u"ours"_s, {});
        const double trace = instructionsOfOne(servers, load, u"ours"_s, {u"--trace"_s});
        state.SetIterationTime(1e-3);
        state.counters["plain_each"] = plain;
        state.counters["ours_each"] = ours;
        state.counters["ratio"] = ours / plain;
        state.counters["traced_ratio"] = trace / plain;
    }
}

void heldReplies(benchmark::State &state, Servers &servers, Load load)
{
    for ([[maybe_unused]] auto _ : state) {
        const auto [few, many] = pairOf([&] { return measureHeld(servers, load.count / 10); },
            [&] { return measureHeld(servers, load.count); });
        state.SetIterationTime(many.microseconds * double(load.count) / 1e6);
        state.counters["bytes_each"] = many.bytes;
        state.counters["queued_bytes_each"] = queuedBytes(servers, load.count, many.emptyBytes);
        state.counters["empty_bytes_each"] = many.emptyBytes;
        state.counters["few_us_each"] = few.microseconds;
        state.counters["many_us_each"] = many.microseconds;
        state.counters["growth"] = many.microseconds / few.microseconds;
    }
}

void transfer(benchmark::State &state, Servers &servers, const QString &job, qint64 bytes)
{
    const QStringList what {
        u"--count"_s, QString::number(bytes), u"--target"_s, servers.bytes.url(bytes).toString()};
    for ([[maybe_unused]] auto _ : state) {
        const auto [plain, ours] = plainAndOurs(
            servers, QStringList {job, u"plain"_s} + what, QStringList {job, u"ours"_s} + what);
        state.SetIterationTime(ours.at("ms") / 1000);
        state.counters["plain_MiB_s"] = double(bytes) / 1048.576 / plain.at("ms");
        state.counters["ours_MiB_s"] = double(bytes) / 1048.576 / ours.at("ms");
        state.counters["throughput_ratio"] = plain.at("ms") / ours.at("ms");
        state.counters["cpu_ratio"] = ours.at("cpu_ms") / plain.at("cpu_ms");
        state.counters["plain_peak_MiB"] = plain.at("peak_KiB") / 1024;
        state.counters["ours_peak_MiB"] = ours.at("peak_KiB") / 1024;
    }
}
