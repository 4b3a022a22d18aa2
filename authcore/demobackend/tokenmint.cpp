#include "authcore/demobackend/tokenmint.h"

#include "authcore/demobackend/base64url.h"
#include "authcore/demobackend/dialectname.h"
#include "authcore/demobackend/randomtext.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QMessageAuthenticationCode>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

QByteArray encoded(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toBase64(base64Url);
}

QJsonObject decoded(const QByteArray &part)
{
    const auto bytes =
        QByteArray::fromBase64Encoding(part, base64Url | QByteArray::AbortOnBase64DecodingErrors);
    return bytes ? QJsonDocument::fromJson(*bytes).object() : QJsonObject();
}

AccessToken tokenWith(const QJsonObject &claims)
{
    const std::chrono::sys_seconds expiresAt {std::chrono::seconds(claims["exp"_L1].toInteger())};
    return {{}, claims["name"_L1].toString(), claims["dialect"_L1].toString(firstDialect), claims,
        expiresAt, claims["epoch"_L1].toInt()};
}

} // namespace

TokenMint::TokenMint(QByteArray signingKey)
    : m_key(std::move(signingKey))
{
}

QByteArray TokenMint::newKey()
{
    return randomBytes(keySize);
}

QByteArray TokenMint::issue(
    const DemoUser &user, const QJsonObject &own, Instant now, std::chrono::seconds lifetime)
{
    const auto issuedAt = std::chrono::floor<std::chrono::seconds>(now);
    const auto expiresAt = issuedAt + lifetime;
    const qint64 iat = issuedAt.time_since_epoch().count();
    const QJsonObject header {{u"alg"_s, u"HS256"_s}, {u"typ"_s, u"JWT"_s}};
    QJsonObject claims {
        {u"sub"_s, user.id},
        {u"name"_s, user.name},
        {u"iat"_s, iat},
        {u"nbf"_s, iat},
        {u"exp"_s, qint64(expiresAt.time_since_epoch().count())},
        {u"jti"_s, QString::fromLatin1(randomText(12))},
        {u"iss"_s, m_issuer},
        {u"aud"_s, m_issuer},
        {u"epoch"_s, m_epoch},
    };
    for (auto claim = own.begin(); claim != own.end(); ++claim)
        claims.insert(claim.key(), claim.value());
    const QByteArray signingInput = encoded(header) + '.' + encoded(claims);
    QByteArray token = signingInput + '.' + signatureOf(signingInput);
    remember(token, tokenWith(claims));
    return token;
}

std::optional<AccessToken> TokenMint::find(const QByteArray &token)
{
    if (const auto known = m_known.constFind(token); known != m_known.constEnd())
        return *known;
    // The token was issued before a restart; its signature proves that.
    if (auto foreign = read(token))
        return remember(token, std::move(*foreign));
    return {};
}

bool TokenMint::isGood(const AccessToken &token, Instant now) const
{
    return token.epoch == m_epoch && now < token.expiresAt;
}

void TokenMint::restore(const QByteArray &signingKey, int epoch)
{
    m_key = signingKey;
    m_epoch = epoch;
}

QByteArray TokenMint::signatureOf(const QByteArray &signingInput) const
{
    return QMessageAuthenticationCode::hash(signingInput, m_key, QCryptographicHash::Sha256)
        .toBase64(base64Url);
}

std::optional<AccessToken> TokenMint::read(const QByteArray &token) const
{
    const auto parts = token.split('.');
    if (parts.size() != 3 || decoded(parts[0])["alg"_L1].toString() != "HS256"_L1
        || signatureOf(parts[0] + '.' + parts[1]) != parts[2])
        return {};
    return tokenWith(decoded(parts[1]));
}

const AccessToken &TokenMint::remember(const QByteArray &token, AccessToken what)
{
    what.name = u'A' + QString::number(m_known.size() + 1);
    return *m_known.insert(token, what);
}

} // namespace demobackend
