#include "authcore/tokens/memorytokenstore.h"

#include "authcore/tokens/delivery.h"

namespace authcore {

void MemoryTokenStore::load(
    const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then)
{
    const std::lock_guard guard(m_mutex);
    deliver<Loaded>(this, context, std::move(then), find(key));
}

void MemoryTokenStore::accounts(
    const QString &profileId, QObject *context, std::function<void(const Accounts &)> then)
{
    const std::lock_guard guard(m_mutex);
    QList<TokenKey> keys;
    for (const auto &entry : m_tokens) {
        const auto key = TokenKey::fromString(entry.first);
        if (key && key->profile == profileId)
            keys += *key;
    }
    deliver<Accounts>(this, context, std::move(then), keys);
}

void MemoryTokenStore::write(const TokenKey &key, const WriteCondition &condition,
    const std::optional<TokenSet> &tokens, QObject *context, std::function<void(const Done &)> then)
{
    const std::lock_guard guard(m_mutex);
    const WriteVerdict verdict = judged(condition, find(key), tokens);
    if (verdict.isMet && tokens)
        m_tokens[key.toString()] = *tokens;
    else if (verdict.isMet)
        m_tokens.erase(key.toString());
    deliver<Done>(this, context, std::move(then), verdict.answer);
}

std::optional<TokenSet> MemoryTokenStore::find(const TokenKey &key) const
{
    const auto found = m_tokens.find(key.toString());
    return found != m_tokens.end() ? std::optional(found->second) : std::nullopt;
}

} // namespace authcore
