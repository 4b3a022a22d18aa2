#pragma once

#include <QtCore/QJsonValue>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>
#include <optional>

// The placeholders of TokenRequest: "${refreshToken}".

namespace authcore {

//! What a placeholder's name ("refreshToken", "cookie:NAME") stands for; empty: nothing, so that a
//! field which is this alone is left out.
using PlaceholderValue = std::function<std::optional<QString>(const QString &name)>;

//! All there are, for people: "${userName}", ..., "${cookie:NAME}".
[[nodiscard]] QStringList placeholders();
//! The first one in `text` that is none of ours; empty: there is none.
[[nodiscard]] std::optional<QString> unknownPlaceholder(const QString &text);
//! `text` with every placeholder replaced; empty when it is one alone, and without a value.
[[nodiscard]] std::optional<QString> filledIn(const QString &text, const PlaceholderValue &value);
//! Likewise all strings in `json`, however deep. Undefined: leave it out.
[[nodiscard]] QJsonValue filledIn(const QJsonValue &json, const PlaceholderValue &value);

} // namespace authcore
