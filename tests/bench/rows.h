#pragma once

#include "authcore/demobackend/demobackend.h"
#include "tests/bench/byteserver.h"
#include "tests/support/http2proxy.h"

#include <QtCore/QString>

namespace benchmark {
class State;
}

//! The servers of all rows.
struct Servers
{
    demobackend::DemoBackend backend;
    ByteServer bytes;
    Http2Proxy http2;
};

//! The number of requests, and how many of them run at once.
struct Load
{
    qint64 count = 0;
    qint64 parallel = 0;
};

// Each function runs one pair and sets its ratios as counters. The order of the two clients
// alternates from pair to pair.

//! AuthNetworkAccessManager against a plain manager: time and memory.
void goodToken(benchmark::State &state, Servers &servers, Load load);
//! AuthNetworkAccessManager with all requests at once, against a plain manager with 50 at a time,
//! which is the fastest number for it.
void againstBestPace(benchmark::State &state, Servers &servers, Load load);
//! Requests with an expired token, against one refresh followed by requests with a valid token;
//! both with AuthNetworkAccessManager.
void expiredToken(benchmark::State &state, Servers &servers, Load load);
//! The comparison over HTTP/2 and TLS with 50 ms of latency.
void overHttp2(benchmark::State &state, Servers &servers, Load load);
//! AuthNetworkAccessManager with a trace sink, against one without.
void traced(benchmark::State &state, Servers &servers, Load load);
//! The instructions of one request of AuthNetworkAccessManager, without and with a trace sink.
void instructions(benchmark::State &state, Servers &servers, Load load);
//! The bytes of a held or queued reply beyond those of an empty reply, and the time to release all
//! of them: each of `count` replies against each of a tenth as many.
void heldReplies(benchmark::State &state, Servers &servers, Load load);
//! The throughput and the peak growth of memory of the client's `job`.
void transfer(benchmark::State &state, Servers &servers, const QString &job, qint64 bytes);
