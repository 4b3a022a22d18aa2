#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/storeerror.h"
#include "authcore/tokens/tokenset.h"

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
//! `then` and what it holds live until the operation is carried out, whether somebody hears of it
//! or not. A lock between processes that is to last until new tokens are stored is therefore kept
//! in it, and is released when they are, even if the session that wrote them is gone by then:
//! `store.save(key, tokens, context, [lock = std::move(sharedLock)](const Done &) {})`.
//! Then `then` is destroyed on the store's thread: by its event loop, or with the store.
//!
//! Lifetime: the store outlives the sessions that use it; operations under way when it is destroyed
//!           are carried out, their callbacks are not called.
//! Thread:   operations can be begun on any thread, one after the other. Callbacks come on the
//!           QObject's thread, never inside the call, in the order of the calls, and only while
//!           `context` lives: an object of that thread, which lives during the call, or nullptr,
//!           then nothing is called.
//! Errors:   as values. A failed save leaves what was stored before; nobody ever sees half a set.
//!           Done means that another process would read it.
class AUTHCORE_EXPORT TokenStore : public QObject
{
    Q_OBJECT

public:
    using Loaded = std::variant<std::optional<TokenSet>, StoreError>; //!< nullopt: nothing stored
    using Done = std::optional<StoreError>; //!< nullopt: done

    using QObject::QObject;

    //! The file that a process locks while it refreshes the tokens of `key`, so that processes
    //! which share this store take turns. Empty: no other process sees this store.
    [[nodiscard]] virtual QString lockPath(const TokenKey &key) const
    {
        Q_UNUSED(key)
        return {};
    }

    //! What is stored under `key`.
    virtual void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) = 0;
    //! In place of what is stored under `key`.
    virtual void save(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) = 0;
    //! Saves over an entry that is there; Gone when there is none: somebody has signed out
    //! meanwhile, and is not to be signed in again by a refresh. Stores that are shared do it in
    //! one go; by default it is load() and save().
    virtual void update(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then);
    //! Saves over an entry that has the access and the refresh token of `before`; Gone when there
    //! is none: another process may have stored others since. Stores that are shared do it in one
    //! go; by default it is load() and save().
    virtual void updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens,
        QObject *context, std::function<void(const Done &)> then);
    //! Removing what is not there is no error.
    virtual void remove(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) = 0;
    //! Removes what is stored unless it can be read and has other tokens than these: another
    //! process may have stored good ones since. Stores that are shared do it in one go; by default
    //! it is load() and remove().
    virtual void removeOnly(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then);

    //! Whether tokens could be stored under `key` now: to be asked before a refresh token from this
    //! store is spent, since the new one has to be kept. Done: they could; else the error is the
    //! reason. Changes nothing, and promises nothing for later. By default they always could.
    virtual void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then);
    //! Blocks until what was begun before is carried out, well or not, at most for `patience`: for
    //! the end of a program, when no event loop runs any more. True: nothing is under way. From any
    //! thread; callbacks still come later, by the event loop of the store's thread. A store that
    //! needs that event loop itself returns false on that thread at once if something is under
    //! way. By default nothing ever is.
    [[nodiscard]] virtual bool waitForWrites(std::chrono::milliseconds patience);

Q_SIGNALS:
    //! A person has to unlock the store, or to allow the access, before it can answer; once until
    //! personAnswered(). For user interfaces that say what they wait for.
    void waitingForPerson();
    //! The store has answered, whatever the person decided.
    void personAnswered();

protected:
    //! Read, and not what is to be removed.
    [[nodiscard]] static bool isOther(const Loaded &loaded, const TokenSet &tokens);
    //! The error if there is no entry to update.
    [[nodiscard]] static Done goneError(const Loaded &loaded);
    //! The error if there is no entry with these tokens, whatever its cookies, or nobody can tell.
    [[nodiscard]] static Done otherError(const Loaded &loaded, const TokenSet &before);
};

} // namespace authcore
