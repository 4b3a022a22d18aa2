#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QRandomGenerator>

namespace demobackend {

//! Bytes that nobody can guess.
[[nodiscard]] inline QByteArray randomBytes(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
    return bytes;
}

//! So many random bytes in base64url, as fits into a URL, a header and a cookie.
[[nodiscard]] inline QByteArray randomText(qsizetype size)
{
    return randomBytes(size).toBase64(
        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace demobackend
