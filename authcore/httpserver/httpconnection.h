#pragma once

#include "authcore/httpserver/exchange.h"

#include <QtCore/QtGlobal>

#include <chrono>

namespace httpserver {

class Connection;

//! Decides the replies to the requests of all connections.
//!
//! Thread:   each connection calls it from its own thread.
class Responder
{
public:
    Responder() = default;
    virtual ~Responder() = default;
    Responder(const Responder &) = delete;
    Responder &operator=(const Responder &) = delete;

    //! The size up to which a request's body is kept. A longer body leaves its size and hash only.
    [[nodiscard]] virtual qsizetype keptBodySize(const Request &head) = 0;
    [[nodiscard]] virtual Reply answer(const Request &request) = 0;
    //! Waits for `duration`. False: the server is stopping.
    [[nodiscard]] virtual bool pause(std::chrono::microseconds duration) = 0;
};

//! Serves HTTP/1.1 on one connection until the connection ends. cpp-httplib parses requests and
//! writes replies. This code accepts, waits and drops itself, because the library's server polls
//! each idle connection a hundred times a second and cannot drop one before the status line.
void serveHttp(Connection &connection, Responder &responder);

} // namespace httpserver
