#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/network/authreply.h"

#include <QtCore/QPointer>

#include <functional>
#include <vector>

// How requests end without an answer of their own.

namespace authcore {

//! The refresh for which it waited has failed with `error`.
void finishWithRefreshError(AuthReply &reply, const TokenError &error);
//! Its session is over: it gets the challenge that it has, or an error.
void finishWithoutSession(AuthReply &reply);

using Finish = std::function<void(AuthReply &)>;
//! Finishes replies that are queued no more. Slots may delete any of them, and the caller.
void finishEach(const std::vector<QPointer<AuthReply>> &replies, const Finish &finish);
//! Finishes `reply` from the event loop, for callers that are inside somebody's get().
void finishLater(AuthReply &reply, const Finish &finish);

} // namespace authcore
