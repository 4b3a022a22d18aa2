#include "authcore/demobackend/refreshfamilies.h"

#include "authcore/demobackend/randomtext.h"

#include <QtCore/QCryptographicHash>

#include <map>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

QByteArray hashOf(const QByteArray &token)
{
    return QCryptographicHash::hash(token, QCryptographicHash::Sha256);
}

} // namespace

QByteArray RefreshFamilies::begin(const Holder &holder, Instant now, std::chrono::seconds lifetime)
{
    m_families.push_back({holder});
    return issue(m_families.size() - 1, now, lifetime);
}

RefreshFamilies::Exchange RefreshFamilies::exchange(
    const QString &dialect, const QByteArray &token, Instant now, const Rules &rules)
{
    const auto found = m_tokens.find(hashOf(token));
    if (found == m_tokens.end() || m_families.at(found->family).holder.dialect != dialect)
        return {Verdict::Unknown, {}, {}};
    auto &family = m_families.at(found->family);
    if (family.revoked)
        return {Verdict::Revoked, {}, {}};
    const bool inGrace =
        rules.grace.count() > 0 && found->usedAt && now - *found->usedAt <= rules.grace;
    if (found->usedAt && !inGrace) {
        // RFC 9700 section 4.14.2: the server cannot tell thief and owner apart, so both lose
        // access.
        family.revoked = rules.reuseDetection;
        return {Verdict::Reused, {}, {}};
    }
    if (now >= found->expiresAt)
        return {Verdict::Expired, {}, {}};
    if (!rules.rotation)
        return {Verdict::Granted, family.holder, {}};
    if (!found->usedAt)
        found->usedAt = now;
    const auto familyNumber = found->family; // a copy, since issue() may reallocate the tokens
    return {Verdict::Granted, m_families.at(familyNumber).holder,
        issue(familyNumber, now, rules.lifetime)};
}

std::optional<Holder> RefreshFamilies::holderOf(
    const QString &dialect, const QByteArray &token) const
{
    const auto found = m_tokens.constFind(hashOf(token));
    if (found == m_tokens.constEnd())
        return {};
    const auto &holder = m_families.at(found->family).holder;
    return holder.dialect == dialect ? std::optional(holder) : std::nullopt;
}

QString RefreshFamilies::nameOf(const QByteArray &token)
{
    const auto found = m_tokens.find(hashOf(token));
    if (found == m_tokens.end())
        return u"R?"_s;
    if (found->name.isEmpty())
        found->name = nextName();
    return found->name;
}

void RefreshFamilies::revoke(const Holder &holder)
{
    for (auto &family : m_families)
        family.revoked = family.revoked || family.holder == holder;
}

void RefreshFamilies::revokeAll()
{
    for (auto &family : m_families)
        family.revoked = true;
}

std::vector<SavedRefreshToken> RefreshFamilies::saved(Instant now) const
{
    std::vector<SavedRefreshToken> result;
    for (auto it = m_tokens.cbegin(); it != m_tokens.cend(); ++it) {
        const auto &family = m_families.at(it->family);
        if (!family.revoked && now < it->expiresAt)
            result.push_back({it.key(), family.holder, int(it->family), it->expiresAt, it->usedAt});
    }
    return result;
}

void RefreshFamilies::restore(const std::vector<SavedRefreshToken> &tokens)
{
    std::map<int, std::size_t> numbers;
    for (const auto &token : tokens) {
        const auto [number, isNew] = numbers.try_emplace(token.family, m_families.size());
        if (isNew)
            m_families.push_back({token.holder});
        m_tokens.insert(token.sha256, {number->second, token.expiresAt, token.usedAt, {}});
    }
}

QByteArray RefreshFamilies::issue(std::size_t family, Instant now, std::chrono::seconds lifetime)
{
    auto token = randomText(32);
    m_tokens.insert(hashOf(token), {family, now + lifetime, {}, nextName()});
    return token;
}

QString RefreshFamilies::nextName()
{
    return u'R' + QString::number(++m_named);
}

} // namespace demobackend
