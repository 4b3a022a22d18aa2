#pragma once

#include "authcore/httpserver/exchange.h"

#include <QtCore/QByteArray>

#include <chrono>

namespace demobackend {

using httpserver::Delivery;
using httpserver::Header;
using httpserver::Instant;
using httpserver::Request;

//! The token of "Authorization: Bearer TOKEN"; empty: the request carries none.
[[nodiscard]] QByteArray bearerToken(const Request &request);

enum class HangRound : int {}; //!< counts the changes of the refresh knob

//! An HTTP reply with what the backend does before and beside sending it.
struct Reply : httpserver::Reply
{
    std::chrono::milliseconds delay {0}; //!< before the answer
    bool hangs = false; //!< until the refresh knob is no longer what it was in `hangRound`
    HangRound hangRound {};
    bool changedState = false; //!< the state file has to be written
};

} // namespace demobackend
