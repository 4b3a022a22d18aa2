#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

// What a header line may contain. Qt writes header values unchecked, line breaks too.

namespace authcore {

struct TokenSet;

//! Whether `c` may stand in a token: a header name, a scheme, a parameter (RFC 9110 section 5.6.2).
[[nodiscard]] bool isTokenCharacter(char c);
//! A token that is not empty (RFC 9110 section 5.1).
[[nodiscard]] bool isHeaderName(QByteArrayView name);
//! Headers that say where a request goes and where it ends ("Host", "Content-Length",
//! "Proxy-..."): a profile that set them could split requests.
[[nodiscard]] bool isFramingHeader(QByteArrayView name);
//! Whether `text` has C0 characters, such as line breaks and NUL, or DEL.
[[nodiscard]] bool hasControlCharacters(QByteArrayView text);
[[nodiscard]] bool hasControlCharacters(QStringView text);
//! `text` as a header's value; empty: no header can carry it.
[[nodiscard]] std::optional<QByteArray> headerValue(const QString &text);

//! Which member of `tokens` has control characters, for people ("the access token"); empty: none.
//! Token sets with control characters are always refused: they could end a header line and begin
//! another request.
[[nodiscard]] QString controlCharactersIn(const TokenSet &tokens);

} // namespace authcore
