#pragma once

#include "authcore/session/sessionenums.h"
#include "authcore/session/tokenkeeper.h"
#include "authcore/tokens/tokenset.h"
#include "authcore/tokens/tokenstore.h"

#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class RefreshLock;
class SessionGate;

//! Stores the tokens of one session, and shares them with other processes: it writes the session's
//! tokens, reads tokens that other processes have written, and holds the lock under which one
//! process refreshes.
//!
//! Lifetime: a part of its AuthSession; `gate` and `store` outlive it.
//! Thread:   the session's. Callbacks come from the event loop and only while this lives, or inside
//!           the call where the function says so.
//! Errors:   failed() for each read or write that fails; a write is tried again until it is carried
//!           out or replaced.
class TokenVault : public QObject
{
    Q_OBJECT

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    TokenVault(SessionGate &gate, TokenStore &store, UniformRandom random, QObject *parent);
    ~TokenVault() override;

    //! The last write failed, and none has succeeded since.
    [[nodiscard]] std::optional<StoreError> problem() const { return m_keeper.problem(); }
    [[nodiscard]] bool isWriting() const { return m_keeper.isWriting(); } //!< one is under way
    [[nodiscard]] bool isCaughtUp() const { return !m_keeper.isBehind(); } //!< all is stored
    [[nodiscard]] TokenKey keyFor(const QString &account) const; //!< by the present profile

    void setPersistence(TokenPersistence persistence); //!< for the present tokens, at once
    void setNextPersistence(TokenPersistence persistence); //!< from the next adopted tokens on

    void load(const QString &account, std::function<void(const TokenStore::Loaded &)> then);
    void remove(const QString &account);
    //! Where adopted tokens come from.
    enum class Source {
        Given, //!< a sign-in, or a program: they have to be stored
        Store, //!< they are stored
    };
    //! Makes `tokens` the session's.
    void adopt(const TokenSet &tokens, Source source);
    //! The session has ended. After a sign-out the entry is removed; if the person has only left
    //! the account, it stays. Otherwise only `tokens` are removed: another process may have stored
    //! good ones by now.
    enum class Ending { SignedOut, Left, Lost };
    void sessionEnded(Ending how, const TokenKey &key, const TokenSet &tokens);
    //! The cookies of the present tokens changed; `before` is stored. The cookies are written
    //! unless a refresh is about to store new tokens with them.
    void keepCookies(const TokenSet &before);

    // One refresh. The caller sees to it that there is one at a time.

    //! Keeps other processes from refreshing. False: no other process shares these tokens.
    //! Otherwise `then` comes when this process has the lock, or when there can be none: a refresh
    //! without a lock is better than none.
    [[nodiscard]] bool lockForRefresh(std::function<void()> then);
    [[nodiscard]] QString whoHoldsTheLock() const; //!< for people; empty: this waits for none

    //! What other processes have left in the store.
    struct Shared
    {
        //! How it compares with the session's tokens.
        enum class What {
            Nothing, //!< the session's own, or nothing that can be used
            NoEntry, //!< another process has signed out
            Newer, //!< tokens that can be used at once
            Spent, //!< newer tokens that have expired as well: only their refresh token is good
        };
        What what = What::Nothing;
        TokenSet tokens {}; //!< Newer, Spent
    };
    //! To be called while the lock is held. `then` may come inside the call.
    void readShared(std::function<void(const Shared &)> then);
    //! The refresh token was rejected: another process may have used it before. Finds Newer or
    //! Nothing. `then` may come inside the call.
    void readAfterRejection(std::function<void(const Shared &)> then);
    //! Whether new tokens could be stored. To be asked before the stored refresh token is spent.
    //! `then` may come inside the call.
    void checkWritable(std::function<void(const TokenStore::Done &)> then);
    //! Stores the tokens of a refresh. Gone: the person has signed out in another process. `then`
    //! may come inside the call.
    void storeFresh(const TokenSet &fresh, std::function<void(const TokenStore::Done &)> then);
    void refreshAnnounced(); //!< the new tokens are the session's now
    //! Lets other processes refresh. While the new tokens are not stored yet the lock is kept:
    //! other processes would use the refresh token that is spent.
    void refreshOver();

    //! For the end of the program: stores `fresh`, if there is one, and blocks until every write is
    //! carried out, at the latest `until`.
    void finishAtEnd(
        const std::optional<TokenSet> &fresh, std::chrono::steady_clock::time_point until);

Q_SIGNALS:
    void failed(const authcore::StoreError &error); //!< a write or a read
    void recovered(); //!< the failed writes have succeeded
    void caughtUp(); //!< every write is carried out

private:
    [[nodiscard]] bool isShared() const;
    [[nodiscard]] const TokenSet *ourAccountIn(const TokenStore::Loaded &found) const;
    [[nodiscard]] bool isNews(const TokenSet &shared) const;
    [[nodiscard]] Shared compared(const TokenStore::Loaded &found) const;
    void useNextPersistence();
    void store(const TokenKey &key, const TokenSet &tokens);
    void removeStored();
    void removeIfUnwanted(const TokenKey &key, const TokenSet &stored);
    void storeCookies();
    void onCaughtUp();
    void releaseLock();

    SessionGate &m_gate;
    TokenStore &m_store;
    UniformRandom m_random;
    TokenKeeper m_keeper;
    TokenPersistence m_persistence = TokenPersistence::Store;
    std::optional<TokenPersistence> m_nextPersistence;
    //! The stored set, while the cookies of the present tokens are newer and not stored yet.
    std::optional<TokenSet> m_cookiesBefore;
    bool m_wasStored = false; //!< the present tokens are, or were, where others may have read them
    bool m_isRefreshing = false; //!< from lockForRefresh() to refreshOver()
    std::shared_ptr<RefreshLock> m_lock; //!< between processes, where the store is shared
};

} // namespace authcore
