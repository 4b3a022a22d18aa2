#include "authcore/demobackend/oauth/pkce.h"

#include "authcore/demobackend/base64url.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>

namespace demobackend {

namespace {

bool isUnreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || QByteArrayView("-._~").contains(c);
}

} // namespace

bool isS256Challenge(const QByteArray &challenge)
{
    const auto bytes = QByteArray::fromBase64Encoding(
        challenge, base64Url | QByteArray::AbortOnBase64DecodingErrors);
    // 32 bytes in base64url are exactly 43 characters without padding.
    constexpr qsizetype length = 43;
    return challenge.size() == length && bytes;
}

bool provesS256(const QByteArray &verifier, const QByteArray &challenge)
{
    constexpr qsizetype shortest = 43;
    constexpr qsizetype longest = 128;
    if (verifier.size() < shortest || verifier.size() > longest
        || !std::all_of(verifier.begin(), verifier.end(), isUnreserved))
        return false;
    return QCryptographicHash::hash(verifier, QCryptographicHash::Sha256).toBase64(base64Url)
        == challenge;
}

} // namespace demobackend
