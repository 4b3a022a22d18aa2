#pragma once

#include "tests/support/parity.h"

#include <functional>
#include <utility>
#include <vector>

// The ways to end a reply, and the states in which a reply can be ended.

namespace test {

//! The ways in which a caller can end a reply.
using Act = std::function<void(QNetworkReply &)>;
extern const std::vector<std::pair<const char *, Act>> acts;

//! The states of a reply, as Qt has them.
enum class State { Created, Sent, HeadersSeen, PartlyRead, Whole };
extern const std::vector<std::pair<const char *, State>> states;

//! Brings the reply into that state; the server holds "/x".
[[nodiscard]] bool lead(Stage &stage, test::Recorder &seen, State state);

//! Ends the held requests, then waits for late signals by a round trip of another request.
void lookAround(Stage &stage);

//! Sends a GET for "/x", or a POST with a body.
[[nodiscard]] QNetworkReply *send(Stage &stage, bool post);

} // namespace test
