#include "authcore/tokens/jwt.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QList>

#include <cmath>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

constexpr auto largestToken = qsizetype {64} * 1024;
constexpr double lastSecondOfYear9999 = 253'402'300'799;

std::optional<QJsonObject> decodedObject(const QByteArray &part)
{
    const auto json = QByteArray::fromBase64Encoding(
        part, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!json)
        return std::nullopt;
    const auto document = QJsonDocument::fromJson(*json);
    if (!document.isObject())
        return std::nullopt;
    return document.object();
}

//! RFC 7519 section 2: a NumericDate is a number of seconds, which may have a fraction.
std::optional<std::chrono::sys_seconds> numericDate(const QJsonValue &value)
{
    if (!value.isDouble())
        return std::nullopt;
    const auto seconds = std::floor(value.toDouble());
    if (!(seconds >= 0 && seconds <= lastSecondOfYear9999))
        return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

} // namespace

std::optional<Jwt> Jwt::decode(const QByteArray &token)
{
    if (token.size() > largestToken)
        return std::nullopt;
    const auto parts = token.split('.');
    if (parts.size() != 3) // RFC 7515 section 3.1; five are an encrypted one (RFC 7516)
        return std::nullopt;
    auto header = decodedObject(parts.at(0));
    auto claims = decodedObject(parts.at(1));
    if (!header || !claims)
        return std::nullopt;
    return Jwt {*std::move(header), *std::move(claims)};
}

std::optional<std::chrono::sys_seconds> Jwt::expiresAt() const
{
    return numericDate(claims.value("exp"_L1));
}

std::optional<std::chrono::sys_seconds> Jwt::issuedAt() const
{
    return numericDate(claims.value("iat"_L1));
}

QString Jwt::subject() const
{
    return claims.value("sub"_L1).toString();
}

} // namespace authcore
