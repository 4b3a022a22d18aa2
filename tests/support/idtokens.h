#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace test {

//! A JWT with these claims and an invalid signature.
[[nodiscard]] inline QByteArray jwt(const QJsonObject &claims)
{
    constexpr auto form = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;
    return QByteArray(R"({"alg":"RS256"})").toBase64(form) + '.'
        + QJsonDocument(claims).toJson(QJsonDocument::Compact).toBase64(form) + ".c2lnbmF0dXJl";
}

//! `claims` with those of `changes` in their place; null removes a claim.
[[nodiscard]] inline QJsonObject changed(QJsonObject claims, const QJsonObject &changes)
{
    for (auto change = changes.begin(); change != changes.end(); ++change) {
        if (change.value().isNull())
            claims.remove(change.key());
        else
            claims.insert(change.key(), change.value());
    }
    return claims;
}

} // namespace test
