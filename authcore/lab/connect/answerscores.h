#pragma once

#include "authcore/lab/connect/answerleaves.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

// How much a value of an answer seems to be this or that, by the words above it and by its look.
// 0: not at all. Pure.

namespace authcore::lab {

[[nodiscard]] int accessScore(const QStringList &words, const QString &text);
[[nodiscard]] int refreshScore(const QStringList &words, const QString &text);
[[nodiscard]] int idTokenScore(const QStringList &words, const QString &text);
[[nodiscard]] int accountScore(const Leaf &leaf);

//! Whether a number or a date under these words is the end of an access token.
[[nodiscard]] bool isExpiryName(const QStringList &words);
[[nodiscard]] bool isRefreshName(const QStringList &words); //!< of a refresh token

} // namespace authcore::lab
