#include "tests/soak/authorizationserver.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace soak {

AuthorizationServer::AuthorizationServer(Chance &chance, const authcore::Clock &clock)
    : m_chance(chance)
    , m_clock(clock)
{
}

authcore::TokenSet AuthorizationServer::signIn(const QString &account)
{
    m_families.push_back({account, {}, false});
    authcore::TokenSet tokens;
    mint(m_families.back(), static_cast<int>(m_families.size()) - 1, tokens, false);
    return tokens;
}

AuthorizationServer::Grant AuthorizationServer::refresh(const QByteArray &refreshToken)
{
    const auto known = m_refreshTokens.find(refreshToken);
    if (known == m_refreshTokens.end())
        return {};
    Family &family = m_families[static_cast<std::size_t>(known->second)];
    if (family.revoked)
        return {};
    if (family.refreshToken != refreshToken) {
        family.revoked = detectsReuse;
        return {};
    }
    Grant grant;
    grant.ok = true;
    grant.rotated = !m_chance.oneIn(10); // some servers keep the refresh token
    const int number = known->second;
    // Some servers return the same access token with a new lifetime.
    mint(family, number, grant.tokens, m_chance.oneIn(20));
    if (!grant.rotated) {
        m_refreshTokens.erase(family.refreshToken);
        family.refreshToken = refreshToken;
        grant.tokens.refreshToken = refreshToken;
    }
    grant.json = jsonOf(grant.tokens, grant.rotated);
    return grant;
}

bool AuthorizationServer::accepts(const QByteArray &accessToken) const
{
    const auto known = m_accessTokens.find(accessToken);
    if (known == m_accessTokens.end())
        return false;
    const Access &access = known->second;
    return access.era == m_era && m_clock.monotonic() < access.expires
        && !m_families[static_cast<std::size_t>(access.family)].revoked;
}

void AuthorizationServer::revokeAccess()
{
    ++m_era;
}

void AuthorizationServer::revokeFamily(const QByteArray &refreshToken)
{
    const auto known = m_refreshTokens.find(refreshToken);
    if (known != m_refreshTokens.end())
        m_families[static_cast<std::size_t>(known->second)].revoked = true;
}

QString AuthorizationServer::ownerOf(const QByteArray &token)
{
    return QString::fromLatin1(token.mid(token.lastIndexOf('-') + 1));
}

void AuthorizationServer::mint(
    Family &family, int number, authcore::TokenSet &tokens, bool keepAccess)
{
    const QByteArray suffix = QByteArray::number(++m_lastNumber) + '-' + family.account.toLatin1();
    family.refreshToken = "RT-" + suffix;
    m_refreshTokens.emplace(family.refreshToken, number);
    const std::chrono::seconds lifetime(
        m_chance.between(static_cast<int>(shortest.count()), static_cast<int>(longest.count())));
    QByteArray &access = m_lastAccess[number];
    if (!keepAccess || access.isEmpty())
        access = "AT-" + suffix;
    m_accessTokens[access] = {number, m_era, m_clock.monotonic() + lifetime};

    const auto now = std::chrono::floor<std::chrono::seconds>(m_clock.now());
    tokens.accessToken = access;
    tokens.refreshToken = family.refreshToken;
    tokens.receivedAt = now;
    tokens.expiresAt = now + lifetime;
    tokens.accountId = family.account;
    tokens.userName = family.account;
}

QByteArray AuthorizationServer::jsonOf(const authcore::TokenSet &tokens, bool withRefreshToken)
{
    static constexpr std::array<const char *, 6> odd {
        R"("0")", "0", "-1", R"("soon")", "2147483648", "1e300"};
    QByteArray json = R"({"userId":")" + tokens.accountId.toLatin1() + R"(","authorizationToken":")"
        + tokens.accessToken + '"';
    if (withRefreshToken)
        json += R"(,"refreshToken":")" + tokens.refreshToken + '"';
    const QByteArray lifetime =
        QByteArray::number((*tokens.expiresAt - *tokens.receivedAt).count());
    if (!saysOddLifetimes || !m_chance.oneIn(4))
        json += R"(,"expires_in":)" + lifetime;
    else if (m_chance.oneIn(2))
        json += QByteArray(R"(,"expires_in":)") + m_chance.oneOf(odd);
    return json + '}';
}

} // namespace soak
