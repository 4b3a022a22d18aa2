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

//! Stores token sets beyond the end of a session.
//!
//! All operations are asynchronous, because a settings file needs a lock and a sync to disk, and a
//! keychain needs an answer of a service.
//!
//! The store keeps the callback `then` until the operation is carried out, even if `context` is
//! destroyed before, and destroys it in its own thread. A session can therefore keep a lock until
//! new tokens are stored, even if the session is destroyed before, by moving the lock into the
//! callback: `store.save(key, tokens, context, [lock = std::move(lock)](const Done &) {})`.
//!
//! Lifetime: the store outlives the sessions that use it. Its destructor carries out operations
//!           that have begun, and does not call their callbacks.
//! Thread:   any thread can begin operations, which are carried out one after the other. Callbacks
//!           are called in the store's thread, never inside the call, in the order of the calls,
//!           and only while `context` lives. `context` is an object of the store's thread; without
//!           one (nullptr) the callback is not called.
//! Errors:   in the results. A failed write leaves the old entry as it was, and no reader ever gets
//!           a half of a token set. A write is done when another process would read the new entry.
class AUTHCORE_EXPORT TokenStore : public QObject
{
    Q_OBJECT

public:
    using Loaded =
        std::variant<std::optional<TokenSet>, StoreError>; //!< nullopt: there is no entry
    using Done = std::optional<StoreError>; //!< nullopt: success
    using Accounts = std::variant<QList<TokenKey>, StoreError>; //!< may be empty

    using QObject::QObject;

    //! The file that a process locks while it refreshes the tokens of `key`, so that processes
    //! that share this store take turns. Empty: no other process uses this store.
    [[nodiscard]] virtual QString lockPath(const TokenKey &key) const
    {
        Q_UNUSED(key)
        return {};
    }

    //! Reads what is stored under `key`.
    virtual void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) = 0;
    //! Lists the keys of the profile `profileId` that have an entry, so that a person can choose
    //! the account to restore. A store that cannot list them returns Unavailable, which is the
    //! default.
    virtual void accounts(
        const QString &profileId, QObject *context, std::function<void(const Accounts &)> then);
    //! Stores `tokens` under `key`, or removes the entry (nullopt), if `condition` is met. The
    //! removal of a missing entry succeeds. A store that processes share calls judged() and writes
    //! in one transaction, so that no other process writes in between.
    virtual void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) = 0;
    //! Writes under the condition OverAnything.
    void save(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then);
    //! Removes the entry under the condition OverAnything.
    void remove(const TokenKey &key, QObject *context, std::function<void(const Done &)> then);

    //! Checks whether tokens could be stored under `key` now, and returns the reason if not.
    //! Sessions call it before they send a refresh token of this store, because they have to store
    //! the new one. Changes nothing; a later write may still fail. The default returns success.
    virtual void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then);
    //! Blocks until all operations that were begun before are carried out, successfully or not, or
    //! until `patience` is over; returns whether they are. For the end of a program, when no event
    //! loop runs any more, and for any thread. Callbacks are called later, by the event loop of the
    //! store's thread. A store that needs that event loop for its operations returns false at once
    //! in that thread while an operation is under way. The default returns true.
    [[nodiscard]] virtual bool waitForWrites(std::chrono::milliseconds patience);

Q_SIGNALS:
    //! A person has to unlock the store, or to allow the access, before it can answer. Emitted once
    //! before each personAnswered(), so that user interfaces can say what they wait for.
    void waitingForPerson();
    //! The person has decided, and the store has answered.
    void personAnswered();
};

} // namespace authcore
