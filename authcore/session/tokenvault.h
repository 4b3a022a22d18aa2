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

//! Where the tokens of one session are stored, and who else may know them: it writes, reads again
//! what other processes have written, and holds the lock under which one of them refreshes.
//!
//! Lifetime: a part of its AuthSession; `gate` and `store` outlive it.
//! Thread:   the session's. Callbacks come from the event loop and only while this lives; where one
//!           says so, it may come inside the call.
//! Errors:   failed() for each read or write that fails; writes are tried again until they are
//!           carried out or overtaken.
class TokenVault : public QObject
{
    Q_OBJECT

public:
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    TokenVault(SessionGate &gate, TokenStore &store, UniformRandom random, QObject *parent);
    ~TokenVault() override;

    //! The last write failed, and none has gone through since.
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
    //! The session has ended. What a person ended is removed; what a person left stays; otherwise
    //! another process may have stored good tokens by now, and only `tokens` are removed.
    enum class Ending { SignedOut, Left, Lost };
    void sessionEnded(Ending how, const TokenKey &key, const TokenSet &tokens);
    //! The cookies of the present tokens changed; `before` is what is stored. Written when no
    //! refresh is about to store everything.
    void keepCookies(const TokenSet &before);

    // One refresh. The caller sees to it that there is one at a time.

    //! Keeps other processes from refreshing. False: none shares these tokens. Else `then` comes
    //! when they wait, or when no lock is to be had: a refresh without is better than none.
    [[nodiscard]] bool lockForRefresh(std::function<void()> then);
    [[nodiscard]] QString whoHoldsTheLock() const; //!< for people; empty: nobody is waited for

    //! What other processes have left in the store.
    struct Shared
    {
        //! How it compares with the session's tokens.
        enum class What {
            Nothing, //!< ours, or nothing that can be used
            NoEntry, //!< another process has signed out
            Newer, //!< tokens that can be used at once
            Spent, //!< newer ones that have expired as well: theirs is the good refresh token
        };
        What what = What::Nothing;
        TokenSet tokens {}; //!< Newer, Spent
    };
    //! Inside the lock. `then` may come inside the call.
    void readShared(std::function<void(const Shared &)> then);
    //! The refresh token was rejected: another process may have used it before us. Newer or
    //! Nothing. `then` may come inside the call.
    void readAfterRejection(std::function<void(const Shared &)> then);
    //! Whether new tokens could be stored, before the refresh token of those that are stored is
    //! spent. `then` may come inside the call.
    void checkWritable(std::function<void(const TokenStore::Done &)> then);
    //! Stores what a refresh has brought. Gone: somebody has signed out in another process. `then`
    //! may come inside the call.
    void storeFresh(const TokenSet &fresh, std::function<void(const TokenStore::Done &)> then);
    void refreshAnnounced(); //!< what it brought is the session's now
    //! Lets other processes refresh, unless what was brought is not stored yet: they would use the
    //! refresh token that we have spent. Then the lock is released when it is.
    void refreshOver();

    //! For the end of the program: stores `fresh`, if there is one, and blocks until all is stored,
    //! at the latest `until`.
    void finishAtEnd(
        const std::optional<TokenSet> &fresh, std::chrono::steady_clock::time_point until);

Q_SIGNALS:
    void failed(const authcore::StoreError &error); //!< it is tried again
    void recovered(); //!< what failed is stored now
    void caughtUp(); //!< nothing waits to be written any more

private:
    [[nodiscard]] bool isShared() const;
    [[nodiscard]] const TokenSet *ourAccountIn(const TokenStore::Loaded &found) const;
    [[nodiscard]] bool isNews(const TokenSet &shared) const;
    [[nodiscard]] Shared compared(const TokenStore::Loaded &found) const;
    void useNextPersistence();
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
    //! What is stored while other cookies beside the present tokens are not, yet.
    std::optional<TokenSet> m_cookiesBefore;
    bool m_wasStored = false; //!< the present tokens are, or were, where others may have read them
    bool m_isRefreshing = false; //!< from lockForRefresh() to refreshOver()
    std::shared_ptr<RefreshLock> m_lock; //!< between processes, where the store is shared
};

} // namespace authcore
