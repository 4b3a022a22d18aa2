#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace authcore {

//! Keeps one session's tokens in a store. A write that failed is tried again until it is carried
//! out, or replaced by the next write of its key.
//!
//! Lifetime: `store` and `clock` outlive this.
//! Thread:   the store's.
//! Errors:   failed() for each write or read that fails, recovered() once a write succeeds again.
class TokenKeeper : public QObject
{
    Q_OBJECT

public:
    //! Writes to `store`, and waits by `clock` before it tries again.
    TokenKeeper(TokenStore &store, Clock &clock, QObject *parent = nullptr);

    //! The last write failed, and none has succeeded since: the store lacks the latest tokens.
    [[nodiscard]] std::optional<StoreError> problem() const { return m_problem; }

    //! Also emits failed() if the entry cannot be read.
    void load(const TokenKey &key, std::function<void(const TokenStore::Loaded &)> then);
    //! A write is under way, or waits to be tried again.
    [[nodiscard]] bool isBehind() const { return !m_pending.empty(); }
    [[nodiscard]] bool isBehind(const TokenKey &key) const; //!< likewise, of this key
    [[nodiscard]] bool isWriting() const; //!< a write is under way
    void retryNow(); //!< tries the failed writes again

    using Then = std::function<void(const TokenStore::Done &)>; //!< after the first try
    //! TokenStore::write(), tried until it is carried out. It replaces an earlier write of its key
    //! that has not been carried out. If it expects the entry that the earlier one would have
    //! stored, the earlier one's condition applies. Gone is an answer, no failure.
    void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, const Then &then = {});
    //! Removes all that this session may have stored: these tokens, those that it has last read or
    //! written, and those of writes that have not been carried out. What another process has stored
    //! stays.
    void removeOnly(const TokenKey &key, const TokenSet &tokens, const Then &then);

Q_SIGNALS:
    void failed(const authcore::StoreError &error); //!< a write or a read
    void recovered(); //!< a write succeeded, and no other waits to be tried again
    void caughtUp(); //!< no key isBehind() any more

private:
    //! The latest write of one key, until it is carried out.
    struct Pending
    {
        TokenKey key;
        WriteCondition condition;
        std::optional<TokenSet> tokens; //!< nullopt: removes
        std::uint64_t number = 0; //!< results of writes with smaller numbers are ignored
        std::chrono::milliseconds pause {0};
        std::unique_ptr<Clock::Timer> retry;
    };

    void begin(Pending &pending, const Then &then);
    void retry(const QString &key);
    void wrote(const QString &key, std::uint64_t number, const TokenStore::Done &done);
    void remember(const QString &key, const std::optional<TokenSet> &tokens);

    TokenStore &m_store;
    Clock &m_clock;
    std::map<QString, Pending> m_pending;
    std::map<QString, TokenSet> m_known; //!< the entries as this last read or wrote them
    std::uint64_t m_lastNumber = 0;
    std::optional<StoreError> m_problem;
};

} // namespace authcore
