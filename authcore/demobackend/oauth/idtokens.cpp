#include "authcore/demobackend/oauth/idtokens.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonArray>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

constexpr std::chrono::seconds lifetime {300};

qint64 seconds(Instant when)
{
    return std::chrono::floor<std::chrono::seconds>(when.time_since_epoch()).count();
}

//! OpenID Connect Core 1.0 section 3.1.3.6: the left half of the hash.
QString halfHash(const QByteArray &accessToken)
{
    const auto hash = QCryptographicHash::hash(accessToken, QCryptographicHash::Sha256);
    return QString::fromLatin1(
        hash.first(hash.size() / 2)
            .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

void spoil(QJsonObject &claims, IdTokenFault fault, Instant now)
{
    switch (fault) {
    case IdTokenFault::None:
        break;
    case IdTokenFault::WrongAudience:
        claims["aud"_L1] = u"another-client"_s;
        break;
    case IdTokenFault::WrongIssuer:
        claims["iss"_L1] = u"https://issuer.invalid"_s;
        break;
    case IdTokenFault::WrongNonce:
        if (claims.contains("nonce"_L1)) // a refreshed ID token has none
            claims["nonce"_L1] = u"another-nonce"_s;
        break;
    case IdTokenFault::Expired:
        claims["exp"_L1] = seconds(now - std::chrono::hours(1));
        break;
    }
}

} // namespace

QByteArray IdTokens::issue(
    const OAuthGrant &grant, const QByteArray &accessToken, const Knobs &knobs, Instant now) const
{
    if (!grant.scopes.contains("openid"_L1))
        return {};
    const auto user = findUser(&DemoUser::id, grant.userId);
    if (!user)
        return {};
    auto claims = userInfo(*user, grant.scopes);
    claims["iss"_L1] = m_issuer;
    claims["aud"_L1] = grant.clientId;
    claims["iat"_L1] = seconds(now);
    claims["exp"_L1] = seconds(now + lifetime);
    claims["auth_time"_L1] = seconds(grant.authenticatedAt);
    claims["at_hash"_L1] = halfHash(accessToken);
    if (!grant.nonce.isEmpty())
        claims["nonce"_L1] = grant.nonce;
    spoil(claims, knobs.idTokenFault, now);
    return key().sign(claims);
}

QJsonObject IdTokens::userInfo(const DemoUser &user, const QStringList &scopes)
{
    QJsonObject claims {{u"sub"_s, user.id}};
    if (scopes.contains("profile"_L1)) {
        claims["name"_L1] = user.name;
        claims["preferred_username"_L1] = user.name;
    }
    if (scopes.contains("email"_L1)) {
        claims["email"_L1] = user.email;
        claims["email_verified"_L1] = true;
    }
    return claims;
}

QJsonObject IdTokens::jwks() const
{
    return {{u"keys"_s, QJsonArray {key().jwk()}}};
}

const SigningKey &IdTokens::key() const
{
    if (!m_key)
        m_key.emplace();
    return *m_key;
}

} // namespace demobackend
