#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/storeerror.h"
#include "authcore/tokens/tokenset.h"
#include "authcore/tokens/writecondition.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <optional>
#include <variant>

namespace authcore {

//! Where token sets survive.
//!
//! Asynchronous: a settings file takes a lock and syncs to disk, a keychain asks a service.
//!
//! `then` and what it holds live until the operation is carried out, even if `context` is gone by
//! then. A session therefore puts the lock between processes, which is to last until new tokens are
//! stored, into the callback of their write: the lock is released when they are stored, even if the
//! session is gone: `store.save(key, tokens, context, [lock = std::move(lock)](const Done &) {})`.
//! The store destroys `then` on its own thread: in its event loop, or in its destructor.
//!
//! Lifetime: the store outlives the sessions that use it. Its destructor carries out operations
//!           that have begun, and does not call their callbacks.
//! Thread:   operations can be begun on any thread and are carried out one after the other.
//!           Callbacks come on the QObject's thread, never inside the call, in the order of the
//!           calls, and only while `context` lives. `context` is an object of that thread that
//!           lives during the call, or nullptr: then nothing is called.
//! Errors:   as values. A failed write leaves what was stored before; nobody ever reads half a set.
//!           Done means that another process would read the new entry.
class AUTHCORE_EXPORT TokenStore : public QObject
{
    Q_OBJECT

public:
    using Loaded = std::variant<std::optional<TokenSet>, StoreError>; //!< nullopt: nothing stored
    using Done = std::optional<StoreError>; //!< nullopt: done
    using Accounts = std::variant<QList<TokenKey>, StoreError>; //!< may be empty

    using QObject::QObject;

    //! The file that a process locks while it refreshes the tokens of `key`, so that processes
    //! which share this store take turns. Empty: no other process sees this store.
    [[nodiscard]] virtual QString lockPath(const TokenKey &key) const
    {
        Q_UNUSED(key)
        return {};
    }

    //! Reads what is stored under `key`.
    virtual void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) = 0;
    //! Lists the keys of the profile `profileId` under which something is stored: for a choice of
    //! accounts to restore. Unavailable where a store cannot tell, which is the default.
    virtual void accounts(
        const QString &profileId, QObject *context, std::function<void(const Accounts &)> then);
    //! Stores `tokens` under `key`, or removes the entry (nullopt), if `condition` is met. To
    //! remove an entry that is not there is no error. A store that is shared asks judged() and
    //! writes in one transaction: no other process writes in between.
    virtual void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) = 0;
    //! write() over anything.
    void save(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then);
    //! write() of nothing, over anything.
    void remove(const TokenKey &key, QObject *context, std::function<void(const Done &)> then);

    //! Whether tokens could be stored under `key` now. To be asked before a refresh token from this
    //! store is spent, since the new one has to be kept. Done: they could; otherwise the error is
    //! the reason. Changes nothing, and promises nothing for later. The default answers Done.
    virtual void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then);
    //! Blocks until all operations begun before are carried out, successfully or not, at most for
    //! `patience`: for the end of a program, when no event loop runs any more. True: nothing is
    //! under way. From any thread; callbacks still come later, in the event loop of the store's
    //! thread. A store that needs that event loop itself returns false at once if it is called on
    //! that thread while something is under way. The default returns true.
    [[nodiscard]] virtual bool waitForWrites(std::chrono::milliseconds patience);

Q_SIGNALS:
    //! A person has to unlock the store, or to allow the access, before it can answer. Emitted once
    //! until personAnswered(), for user interfaces that say what they wait for.
    void waitingForPerson();
    //! The store has answered, whatever the person decided.
    void personAnswered();
};

} // namespace authcore
