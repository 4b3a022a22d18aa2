#pragma once

#include "authcore/httpserver/exchange.h"

#include <QtCore/QtGlobal>

#include <chrono>

namespace httpserver {

class Connection;

//! Who answers what a connection brings. Thread: called on every connection's own.
class Responder
{
public:
    Responder() = default;
    virtual ~Responder() = default;
    Responder(const Responder &) = delete;
    Responder &operator=(const Responder &) = delete;

    //! Of a body longer than this only size and hash are kept.
    [[nodiscard]] virtual qsizetype keptBodySize(const Request &head) = 0;
    [[nodiscard]] virtual Reply answer(const Request &request) = 0;
    //! False: the backend stops.
    [[nodiscard]] virtual bool pause(std::chrono::microseconds duration) = 0;
};

//! Speaks HTTP/1.1 on one connection until it ends. cpp-httplib reads requests and writes answers;
//! accepting, waiting and dropping are ours, because its server polls each idle connection a
//! hundred times a second and knows no way to drop one before the status line.
void serveHttp(Connection &connection, Responder &responder);

} // namespace httpserver
