#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace authcore {

//! Keeps one session's tokens in a store, and does not give up: a write that failed is tried again
//! until it is carried out or overtaken by the next one of its key.
//!
//! Lifetime: `store` and `clock` outlive this.
//! Thread:   the store's.
//! Errors:   failed() for each write or read that fails, recovered() once one goes through again.
class TokenKeeper : public QObject
{
    Q_OBJECT

public:
    //! Writes to `store`, and waits by `clock` before it tries again.
    TokenKeeper(TokenStore &store, Clock &clock, QObject *parent = nullptr);

    //! The last write failed, and none has gone through since: the store is behind.
    [[nodiscard]] std::optional<StoreError> problem() const { return m_problem; }

    //! What cannot be read is told by failed() as well.
    void load(const TokenKey &key, std::function<void(const TokenStore::Loaded &)> then);
    //! A write is under way, or waits to be tried again.
    [[nodiscard]] bool isBehind() const { return !m_pending.empty(); }
    [[nodiscard]] bool isBehind(const TokenKey &key) const; //!< likewise, of this key
    [[nodiscard]] bool isWriting() const; //!< a write is under way
    void retryNow(); //!< what waits to be tried again

    //! A write replaces one of its key that has not been carried out, and is tried until it is.
    using Then = std::function<void(const TokenStore::Done &)>; //!< after the first try
    //! TokenStore::save().
    void save(const TokenKey &key, const TokenSet &tokens, const Then &then);
    //! TokenStore::update(); Gone is an answer, no failure. Where a save() has not been carried out
    //! there is perhaps no entry yet: then it is a save() as well.
    void update(const TokenKey &key, const TokenSet &tokens, const Then &then);
    //! TokenStore::updateOnly(), likewise. Over a write that has not been carried out, `before` is
    //! not stored yet: then the condition is that of the first such write.
    void updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens);
    void remove(const TokenKey &key); //!< TokenStore::remove()
    //! TokenStore::removeOnly() of all that is ours: these tokens, those that this has last read or
    //! written, and those of writes that have not been carried out. What another process has stored
    //! stays.
    void removeOnly(const TokenKey &key, const TokenSet &tokens, const Then &then);

Q_SIGNALS:
    void failed(const authcore::StoreError &error); //!< a write or a read
    void recovered(); //!< a write went through, and no other waits to be tried again
    void caughtUp(); //!< isBehind() no more

private:
    //! What a write wants to find in the store.
    enum class Over { Anything, AnEntry, TheseTokens };
    //! What has to be written.
    struct Job
    {
        std::optional<TokenSet> tokens; //!< nullopt: removes
        Over over = Over::Anything;
        QList<TokenSet> found {}; //!< TheseTokens
    };
    //! The latest write of one key, until it is carried out.
    struct Pending
    {
        TokenKey key;
        Job latest;
        std::uint64_t number = 0; //!< an earlier one's result does not matter any more
        std::chrono::milliseconds pause {0};
        std::unique_ptr<Clock::Timer> retry;
    };

    [[nodiscard]] Job joined(const TokenKey &key, Job job) const;
    void write(const TokenKey &key, Job job, Then then);
    void begin(const TokenKey &key, const Job &job, Then then);
    void removeEach(const TokenKey &key, const QList<TokenSet> &sets, Then then);
    void retry(const QString &key);
    void wrote(const QString &key, std::uint64_t number, const TokenStore::Done &done);
    void remember(const QString &key, const std::optional<TokenSet> &tokens);

    TokenStore &m_store;
    Clock &m_clock;
    std::map<QString, Pending> m_pending;
    std::map<QString, TokenSet> m_known; //!< what was stored when this last read or wrote it
    std::uint64_t m_lastNumber = 0;
    std::optional<StoreError> m_problem;
};

} // namespace authcore
