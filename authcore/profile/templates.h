#pragma once

#include <QtCore/QJsonValue>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>
#include <optional>

// The placeholders of TokenRequest: "${refreshToken}".

namespace authcore {

struct TokenRequest;

//! Returns the value for the name of a placeholder ("refreshToken", "cookie:NAME"); empty: there is
//! none, and a field that is only this placeholder is left out.
using PlaceholderValue = std::function<std::optional<QString>(const QString &name)>;

//! All placeholders, for people: "${userName}", ..., "${cookie:NAME}".
[[nodiscard]] QStringList placeholders();
//! The first unknown placeholder in `text`; empty: there is none.
[[nodiscard]] std::optional<QString> unknownPlaceholder(const QString &text);
//! Whether a header of `request`, or a string in its body, has this placeholder, or one that begins
//! so: "${accessToken}", "${cookie:".
[[nodiscard]] bool hasPlaceholder(const TokenRequest &request, QLatin1StringView placeholder);
//! `text` with every placeholder replaced; empty: it is only a placeholder, which has no value.
[[nodiscard]] std::optional<QString> filledIn(const QString &text, const PlaceholderValue &value);
//! The same for all strings in `json`, at any depth. Undefined: the value is left out.
[[nodiscard]] QJsonValue filledIn(const QJsonValue &json, const PlaceholderValue &value);

} // namespace authcore
