#pragma once

#include "authcore/demobackend/base64url.h"

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

//! The given number of random bytes in base64url.
[[nodiscard]] inline QByteArray randomText(qsizetype size)
{
    return randomBytes(size).toBase64(base64Url);
}

} // namespace demobackend
