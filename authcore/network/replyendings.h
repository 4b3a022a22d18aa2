#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/network/authreply.h"

#include <QtCore/QPointer>

#include <functional>
#include <vector>

// Finishes replies without an answer of their own.

namespace authcore {

//! The refresh for which `reply` waited has failed with `error`.
void finishWithRefreshError(AuthReply &reply, const TokenError &error);
//! The session of `reply` is over: it finishes with the challenge that it keeps, or with an error.
void finishWithoutSession(AuthReply &reply);

using Finish = std::function<void(AuthReply &)>;
//! Finishes replies that are not queued any more. Slots may delete any of them, and the caller.
void finishEach(const std::vector<QPointer<AuthReply>> &replies, const Finish &finish);
//! Finishes `reply` from the event loop, for callers that run inside get() of an application.
void finishLater(AuthReply &reply, const Finish &finish);

} // namespace authcore
