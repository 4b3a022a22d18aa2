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

enum class HangRound : int {}; //!< counts the calls of DemoBackend::answerRefreshes()

//! An HTTP reply, and what the backend does before it sends the reply.
struct Reply : httpserver::Reply
{
    std::chrono::milliseconds delay {0}; //!< before the reply is sent
    bool hangs = false; //!< no reply until the hang round is no longer `hangRound`
    HangRound hangRound {};
    bool isChallenge = false; //!< of the access token, whatever the status
    bool changedState = false; //!< the state file has to be written
};

} // namespace demobackend
