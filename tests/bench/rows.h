#pragma once

#include "authcore/demobackend/demobackend.h"
#include "tests/bench/byteserver.h"
#include "tests/support/http2proxy.h"

#include <QtCore/QString>

namespace benchmark {
class State;
}

//! The servers that all rows share.
struct Servers
{
    demobackend::DemoBackend backend;
    ByteServer bytes;
    Http2Proxy http2;
};

//! How many requests, and how many of them at once.
struct Load
{
    qint64 count = 0;
    qint64 parallel = 0;
};

// Each runs one pair and sets its ratios as counters; which of the two goes first changes from pair
// to pair.

//! Ours against plain: time and memory.
void goodToken(benchmark::State &state, Servers &servers, Load load);
//! Ours, all at once, against plain with 50 at a time, which is its own best pace.
void againstBestPace(benchmark::State &state, Servers &servers, Load load);
//! An expired token, against one refresh and then the same with a good one. Both ours.
void expiredToken(benchmark::State &state, Servers &servers, Load load);
//! Over HTTP/2 and TLS with 50 ms of latency.
void overHttp2(benchmark::State &state, Servers &servers, Load load);
//! Ours with somebody who listens to the trace, against ours with nobody.
void traced(benchmark::State &state, Servers &servers, Load load);
//! Instructions of one request, of ours and of ours with a trace.
void instructions(benchmark::State &state, Servers &servers, Load load);
//! Bytes of a held or queued reply beyond those of an empty one, and how long it takes to let all
//! go: each of `count` against each of a tenth of them.
void heldReplies(benchmark::State &state, Servers &servers, Load load);
//! `job` is one of the client's; throughput and peak growth of memory.
void transfer(benchmark::State &state, Servers &servers, const QString &job, qint64 bytes);
