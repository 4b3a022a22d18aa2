#include "authcore/session/heldtokens.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/durations.h"
#include "authcore/session/usabletokens.h"

#include <algorithm>
#include <utility>

namespace authcore {

bool HeldTokens::isUsable(Moment now) const
{
    return hasAccessToken()
        && (!m_trustsExpiry || m_tokens.isUsableAt(std::chrono::floor<std::chrono::seconds>(now)));
}

bool HeldTokens::hasExpired(Moment now) const
{
    return m_trustsExpiry && m_tokens.expiresAt && now >= *m_tokens.expiresAt;
}

std::optional<machine::Urgency> HeldTokens::need(
    Leeway leeway, const RefreshPolicy &policy, Moment now) const
{
    if (!hasAccessToken() || hasExpired(now))
        return machine::Urgency::Needed;
    if (!m_trustsExpiry || !m_tokens.expiresAt)
        return std::nullopt;
    if (now >= *m_tokens.expiresAt - duration(leeway, policy))
        return machine::Urgency::Early;
    return std::nullopt;
}

std::optional<HeldTokens::Moment> HeldTokens::earlyRefreshDue(
    double spread, const RefreshPolicy &policy) const
{
    if (!hasAccessToken() || !m_trustsExpiry || !m_tokens.expiresAt
        || refreshToken() == machine::RefreshToken::Absent)
        return std::nullopt;
    const auto ahead = std::chrono::duration_cast<std::chrono::milliseconds>(
        duration(Leeway::Usual, policy) * (1 + spread / 2));
    return *m_tokens.expiresAt - ahead;
}

void HeldTokens::adopt(TokenSet tokens, const BackendProfile &profile)
{
    replace(std::move(tokens), profile);
    m_trustsExpiry = true;
    m_wasUsed = false;
}

void HeldTokens::renew(TokenSet tokens, const BackendProfile &profile)
{
    replace(std::move(tokens), profile);
    m_trustsExpiry = !m_tokens.expiresAt || !m_tokens.receivedAt
        || *m_tokens.receivedAt < *m_tokens.expiresAt; // else: expired on arrival
    m_wasUsed = false;
}

void HeldTokens::takeOver(TokenSet tokens, const BackendProfile &profile)
{
    replace(std::move(tokens), profile);
}

TokenSet HeldTokens::clear()
{
    m_cookies.clear();
    m_refreshToken = machine::RefreshToken::Absent;
    return std::exchange(m_tokens, {});
}

void HeldTokens::profileChanged(const BackendProfile &profile)
{
    replace(std::move(m_tokens), profile);
}

std::optional<TokenSet> HeldTokens::takeCookies(
    const SetCookies &fresh, const BackendProfile &profile, Moment now)
{
    const auto wall = std::chrono::floor<std::chrono::seconds>(now);
    TokenSet tokens = m_tokens;
    putCookies(tokens, mergedCookies(m_cookies, fresh.cookies, fresh.url, wall), profile);
    if (tokens.hasCredentialsOf(m_tokens))
        return std::nullopt;
    if (tokens.accessToken != m_tokens.accessToken) { // a server that refreshes by itself
        tokens.expiresAt = ownExpiry(tokens, profile, fresh.serverDate, wall);
        tokens.receivedAt = wall;
        m_trustsExpiry = !tokens.expiresAt || wall < *tokens.expiresAt;
    }
    std::optional<TokenSet> before = std::move(m_tokens);
    replace(std::move(tokens), profile);
    return before;
}

void HeldTokens::replace(TokenSet tokens, const BackendProfile &profile)
{
    m_tokens = std::move(tokens);
    for (auto *moment : {&m_tokens.expiresAt, &m_tokens.receivedAt}) {
        if (*moment)
            *moment = boundedMoment(**moment);
    }
    m_cookies = wireCookies(m_tokens, profile);
    m_refreshToken = refreshCredential(m_tokens, profile).isEmpty()
        ? machine::RefreshToken::Absent
        : machine::RefreshToken::Present;
}

std::chrono::milliseconds HeldTokens::duration(Leeway leeway, const RefreshPolicy &policy) const
{
    using std::chrono::milliseconds;
    const milliseconds lifetime = m_tokens.receivedAt
        ? milliseconds(*m_tokens.expiresAt - *m_tokens.receivedAt)
        : milliseconds::zero();
    const auto usual = std::min(
        policy.leeway, std::chrono::duration_cast<milliseconds>(lifetime * policy.leewayFraction));
    if (leeway == Leeway::Usual)
        return usual;
    // A fresh token must have more life than that, so half of its lifetime is the most.
    return std::max(usual, std::min(policy.uploadLeeway, lifetime / 2));
}

} // namespace authcore
