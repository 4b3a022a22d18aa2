#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <initializer_list>

// The words and values of answers. Pure.

namespace authcore::lab {

//! The server's own words for what is wrong, at most some hundred characters: error_description,
//! message, detail, ... in JSON, else the text of the body. Not masked.
[[nodiscard]] QString serverWords(const QByteArray &body);

//! Whether `text` looks like a token or another random value that is worth hiding.
[[nodiscard]] bool isTokenLike(const QString &text);

//! The words of a name in lower case: "accessToken", "access-token" and "ACCESS_TOKEN" have two.
[[nodiscard]] QStringList wordsOf(const QString &name);

//! "15 minutes", "30 days": the nearest whole number of the largest unit that fits.
[[nodiscard]] QString durationText(std::chrono::seconds duration);

//! Whether one of `wanted` is among the words.
[[nodiscard]] bool hasOneOf(
    const QStringList &words, std::initializer_list<QLatin1StringView> wanted);

} // namespace authcore::lab
