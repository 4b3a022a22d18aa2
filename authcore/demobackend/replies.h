#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace demobackend {

[[nodiscard]] Reply jsonReply(int status, const QJsonObject &object);
[[nodiscard]] Reply textReply(const QByteArray &text);
//! An error for people to read, RFC 9457: it names no OAuth error code.
[[nodiscard]] Reply problemReply(int status, const QString &detail);
//! Leaves only the status of a 401.
[[nodiscard]] Reply withoutChallenge(Reply reply);
[[nodiscard]] Reply droppedReply();
//! Never: the connection ends when the knob is changed or the backend stops.
[[nodiscard]] Reply hangingReply();

} // namespace demobackend
