#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace demobackend {

[[nodiscard]] Reply jsonReply(int status, const QJsonObject &object);
[[nodiscard]] Reply textReply(const QByteArray &text);
//! An error for people (RFC 9457), without an OAuth error code.
[[nodiscard]] Reply problemReply(int status, const QString &detail);
//! Removes headers and body of a 401; other replies stay as they are.
[[nodiscard]] Reply withoutChallenge(Reply reply);
[[nodiscard]] Reply droppedReply();
//! No reply: the connection ends when the next answers are set anew, or when the backend stops.
[[nodiscard]] Reply hangingReply();

} // namespace demobackend
