#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenmove.h"
#include "authcore/tokens/tokenstore.h"

#include <deque>
#include <functional>
#include <mutex>

namespace authcore {

//! A store that keeps its tokens in another one, which can be changed while sessions use it.
//!
//! Lifetime: the stores outlive this.
//! Thread:   that of the stores.
//! Errors:   those of the store that it uses.
class AUTHCORE_EXPORT MovableTokenStore : public TokenStore
{
    Q_OBJECT

public:
    //! In `place` at first.
    explicit MovableTokenStore(TokenStore &place, QObject *parent = nullptr);
    ~MovableTokenStore() override;

    [[nodiscard]] TokenStore &place() const; //!< where the tokens are
    [[nodiscard]] bool isMoving() const; //!< moveTo() has not ended yet

    //! Moves the tokens of `key` there, and uses that store from then on; when it cannot be done,
    //! all stays as it is. What sessions ask meanwhile waits. Not while isMoving().
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
    //! False while something waits for a move to end.
    [[nodiscard]] bool waitForWrites(std::chrono::milliseconds patience) override;

private:
    void ask(std::function<void(TokenStore &)> question);
    void arrive(TokenStore &place);
    void passSignalsOn(TokenStore &place);

    mutable std::mutex m_mutex; //!< of what follows
    TokenStore *m_place; //!< never null
    bool m_isMoving = false;
    std::deque<std::function<void(TokenStore &)>> m_waiting; //!< while it moves
};

} // namespace authcore
