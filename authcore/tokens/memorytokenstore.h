#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenstore.h"

#include <map>
#include <mutex>

namespace authcore {

//! Keeps token sets in memory until it is destroyed: for sessions that end with the program, for
//! automation and for tests.
//!
//! Lifetime: as TokenStore says.
//! Thread:   as TokenStore says.
//! Errors:   none but Gone.
class AUTHCORE_EXPORT MemoryTokenStore : public TokenStore
{
    Q_OBJECT

public:
    using TokenStore::TokenStore;

    void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) override;
    void accounts(const QString &profileId, QObject *context,
        std::function<void(const Accounts &)> then) override;
    void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override;

private:
    [[nodiscard]] std::optional<TokenSet> find(const TokenKey &key) const;

    std::mutex m_mutex; //!< of m_tokens
    std::map<QString, TokenSet> m_tokens; //!< by TokenKey::toString()
};

} // namespace authcore
