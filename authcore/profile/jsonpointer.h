#pragma once

#include "authcore/system/export.h"

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QString>
#include <QtCore/QStringList>

// JSON pointers (RFC 6901). Pure; any thread.

namespace authcore {

//! Whether `text` is a JSON pointer: it is empty or begins with '/', and '~' is only in "~0" and
//! "~1".
[[nodiscard]] AUTHCORE_EXPORT bool isJsonPointer(const QString &text);
//! `key` as one step of a pointer (section 3).
[[nodiscard]] AUTHCORE_EXPORT QString escapedForPointer(QString key);
//! The keys and indexes that `pointer` names one after the other (section 4).
[[nodiscard]] AUTHCORE_EXPORT QStringList stepsOf(const QString &pointer);
//! The value at `pointer` (section 4). Undefined: there is none, or `pointer` is empty.
[[nodiscard]] AUTHCORE_EXPORT QJsonValue valueAt(const QJsonObject &json, const QString &pointer);

} // namespace authcore
