#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonValue>

namespace authcore {

//! `value` as JSON for people: one line for each member of an object, `indent` spaces and two more
//! before it, one line for anything else. Pure.
[[nodiscard]] AUTHCORE_EXPORT QByteArray printedJson(const QJsonValue &value, qsizetype indent);

} // namespace authcore
