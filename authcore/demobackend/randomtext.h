#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QRandomGenerator>

namespace demobackend {

//! Random bytes that nobody can guess.
[[nodiscard]] inline QByteArray randomBytes(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
    return bytes;
}

//! The given number of random bytes in base64url, which URLs, headers and cookies can carry.
[[nodiscard]] inline QByteArray randomText(qsizetype size)
{
    return randomBytes(size).toBase64(
        QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

} // namespace demobackend
