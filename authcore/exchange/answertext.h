#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>
#include <QtCore/QString>
#include <QtCore/QUrl>

// Texts of a server that people may read: one line, bounded, without secrets. Masked are the
// secrets of the request wherever the server repeats them, values under the names of secrets, and
// everything that looks like a token. Pure; any thread.

namespace authcore {

//! Whether a body may bring tokens.
enum class BodyOf {
    Success, //!< yes, maybe under unknown names: only values of names such as "error" are shown
    Failure, //!< no
};
//! The beginning of a body, at most EndpointTry::longestText characters. Numbers are shown.
[[nodiscard]] QString answerStart(
    const QByteArray &body, BodyOf kind, const QByteArrayList &secrets);

//! A text out of a failure's body: an error code or a description.
[[nodiscard]] QString maskedText(const QString &text, const QByteArrayList &secrets, int longest);

//! `url` without user and fragment; the values of its query are masked.
[[nodiscard]] QString maskedUrl(const QUrl &url);

} // namespace authcore
