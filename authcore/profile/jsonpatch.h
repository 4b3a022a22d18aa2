#pragma once

#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QList>
#include <QtCore/QString>

#include <optional>

// Changes of a JSON document (RFC 6902), and the text of a file after them. Pure; any thread.

namespace authcore {

//! One operation of a patch (section 4).
struct AUTHCORE_EXPORT JsonEdit
{
    enum class Operation { Add, Replace, Remove } operation = Operation::Replace;
    QString path; //!< a JSON pointer (RFC 6901)
    QJsonValue value = {}; //!< of Add and Replace

    bool operator==(const JsonEdit &) const = default;
};

using JsonPatch = QList<JsonEdit>;

//! The patch as RFC 6902 writes it.
[[nodiscard]] AUTHCORE_EXPORT QJsonArray toJson(const JsonPatch &patch);

//! What makes the value at `pointer` of `document` be `value`, objects around it included that are
//! not there yet. Undefined removes the value.
[[nodiscard]] AUTHCORE_EXPORT JsonPatch patchFor(
    const QJsonObject &document, const QString &pointer, const QJsonValue &value);

//! `text` after the patch. Whatever the patch does not name stays as it is, comments and spaces
//! included. Empty: an edit names a place that is not there, or `text` is no JSON object.
[[nodiscard]] AUTHCORE_EXPORT std::optional<QByteArray> patched(
    const QByteArray &text, const JsonPatch &patch);

} // namespace authcore
