#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace demobackend {

[[nodiscard]] Reply jsonReply(int status, const QJsonObject &object);
[[nodiscard]] Reply textReply(const QByteArray &text);
//! An error for people to read, RFC 9457: it names no OAuth error code.
[[nodiscard]] Reply problemReply(int status, const QString &detail);
//! The same; a 401 without a body when `knobs` leave challenges out.
[[nodiscard]] Reply refusal(int status, const QString &detail, const Knobs &knobs);
[[nodiscard]] Reply droppedReply();
//! Never: the connection ends when the knob is changed or the backend stops.
[[nodiscard]] Reply hangingReply();

} // namespace demobackend
