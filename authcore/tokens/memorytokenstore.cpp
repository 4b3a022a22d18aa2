#include "authcore/tokens/memorytokenstore.h"

#include "authcore/tokens/delivery.h"

namespace authcore {

void MemoryTokenStore::load(
    const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then)
{
    const std::lock_guard guard(m_mutex);
    const auto found = m_tokens.constFind(key.toString());
    std::optional<TokenSet> tokens;
    if (found != m_tokens.cend())
        tokens = *found;
    deliver<Loaded>(this, context, std::move(then), tokens);
}

void MemoryTokenStore::save(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    const std::lock_guard guard(m_mutex);
    m_tokens.insert(key.toString(), tokens);
    deliver<Done>(this, context, std::move(then), {});
}

void MemoryTokenStore::update(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    const std::lock_guard guard(m_mutex);
    const auto found = m_tokens.find(key.toString());
    const Done gone = found == m_tokens.end() ? goneError(std::nullopt) : std::nullopt;
    if (!gone)
        *found = tokens;
    deliver<Done>(this, context, std::move(then), gone);
}

void MemoryTokenStore::updateOnly(const TokenKey &key, const TokenSet &before,
    const TokenSet &tokens, QObject *context, std::function<void(const Done &)> then)
{
    const std::lock_guard guard(m_mutex);
    const auto found = m_tokens.find(key.toString());
    const Done other =
        otherError(found == m_tokens.end() ? Loaded(std::nullopt) : Loaded(*found), before);
    if (!other)
        *found = tokens;
    deliver<Done>(this, context, std::move(then), other);
}

void MemoryTokenStore::remove(
    const TokenKey &key, QObject *context, std::function<void(const Done &)> then)
{
    const std::lock_guard guard(m_mutex);
    m_tokens.remove(key.toString());
    deliver<Done>(this, context, std::move(then), {});
}

void MemoryTokenStore::removeOnly(const TokenKey &key, const TokenSet &tokens, QObject *context,
    std::function<void(const Done &)> then)
{
    const std::lock_guard guard(m_mutex);
    const auto found = m_tokens.constFind(key.toString());
    if (found != m_tokens.cend() && !isOther(*found, tokens))
        m_tokens.erase(found);
    deliver<Done>(this, context, std::move(then), {});
}

} // namespace authcore
