#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenmove.h"
#include "authcore/tokens/tokenstore.h"

#include <deque>
#include <functional>
#include <mutex>

namespace authcore {

//! A store that keeps its tokens in another store, its place. The place can be changed while
//! sessions use the store.
//!
//! Lifetime: all its places outlive this.
//! Thread:   that of its places.
//! Errors:   those of its place.
class AUTHCORE_EXPORT MovableTokenStore : public TokenStore
{
    Q_OBJECT

public:
    //! Keeps the tokens in `place` at first.
    explicit MovableTokenStore(TokenStore &place, QObject *parent = nullptr);
    ~MovableTokenStore() override;

    [[nodiscard]] TokenStore &place() const; //!< where the tokens are
    [[nodiscard]] bool isMoving() const; //!< moveTo() has not ended yet

    //! Moves the tokens of `key` to `place`, and uses that store from then on. If the move fails,
    //! nothing changes. Operations that are begun meanwhile wait. Not while isMoving().
    void moveTo(TokenStore &place, const TokenKey &key, QObject *context,
        std::function<void(const MoveResult &)> then);

    [[nodiscard]] QString lockPath(const TokenKey &key) const override;
    void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) override;
    void accounts(const QString &profileId, QObject *context,
        std::function<void(const Accounts &)> then) override;
    void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) override;
    //! False while an operation waits for a move to end.
    [[nodiscard]] bool waitForWrites(std::chrono::milliseconds patience) override;

private:
    void ask(std::function<void(TokenStore &)> question);
    void arrive(TokenStore &place);
    void passSignalsOn(TokenStore &place);

    mutable std::mutex m_mutex; //!< of what follows
    TokenStore *m_place; //!< never null
    bool m_isMoving = false; //!< until moveTo() has ended
    std::deque<std::function<void(TokenStore &)>> m_waiting; //!< operations begun during a move
};

} // namespace authcore
