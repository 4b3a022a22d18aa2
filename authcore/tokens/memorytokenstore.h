#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QHash>

#include <mutex>

namespace authcore {

//! Keeps token sets until it is destroyed: for "only until I quit", for automation and for tests.
//! Lifetime, thread, errors: as TokenStore says; never fails.
class AUTHCORE_EXPORT MemoryTokenStore : public TokenStore
{
    Q_OBJECT

public:
    using TokenStore::TokenStore;

    void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) override;
    void save(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    void update(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    void updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens,
        QObject *context, std::function<void(const Done &)> then) override;
    void remove(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) override;
    void removeOnly(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) override;

private:
    std::mutex m_mutex; //!< of m_tokens
    QHash<QString, TokenSet> m_tokens;
};

} // namespace authcore
