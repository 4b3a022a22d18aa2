#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenstore.h"

#include <chrono>
#include <memory>

namespace authcore {

class KeychainQueue;

//! Keeps token sets in the system's keychain, through QtKeychain: on Linux in the Secret Service
//! (gnome-keyring, KeePassXC) or KWallet. Each token set is one entry; nothing is stored elsewhere.
//!
//! Several processes may share an entry. The store runs its operations one after the other. An
//! operation that writes holds a turn, so that a write under a condition undoes no write of another
//! process. The turn is the lock of a file of the user, beside that of lockPath().
//! The operation runs without a turn when there is no such file, or when another process keeps the
//! turn for longer than patience(), for example while a person is asked to unlock the keychain.
//!
//! Lifetime: operations that have begun are finished after the store's end, while the application's
//!           event loop runs. Until then another store of the same process may still find the old
//!           entry. A program that is about to end waits for its callbacks first.
//! Thread:   the application's main thread, as for QtKeychain; in other threads each operation
//!           fails.
//! Errors:   Unavailable (no keychain, locked, refused, silent), Unreadable, Unwritable, Garbage.
//!           accounts() is Unavailable: QtKeychain reads entries whose names are known, and lists
//!           none.
//!           While a locked keychain asks a person, operations wait, see
//!           TokenStore::waitingForPerson(). A silent keychain fails the operation, and further
//!           operations until it answers; such a failed write may still happen later.
//! Units:    patience() bounds the silence of a keychain and the wait for a turn, but not the time
//!           of a person. An unlocked keychain has 2 s more, since a person may just have unlocked
//!           it.
//! Source:   QtKeychain without its insecure fallback. Windows takes 2,560 bytes per entry.
class KeychainTokenStore : public TokenStore
{
    Q_OBJECT

public:
    //! `service` names the application in the keychain; stores with the same name share entries.
    explicit KeychainTokenStore(QString service, QObject *parent = nullptr);
    //! `clock` outlives the store.
    KeychainTokenStore(QString service, Clock &clock, QObject *parent = nullptr);
    ~KeychainTokenStore() override;

    [[nodiscard]] QString service() const { return m_service; } //!< as given
    [[nodiscard]] std::chrono::milliseconds patience() const; //!< 30 s unless set
    void setPatience(std::chrono::milliseconds patience); //!< applies to the next wait

    [[nodiscard]] QString lockPath(const TokenKey &key) const override;
    void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) override;
    void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    //! Reads the entry: a keychain that can be read counts as writable.
    void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) override;
    //! Blocks; only another thread than the main one can wait, since QtKeychain needs that one.
    [[nodiscard]] bool waitForWrites(std::chrono::milliseconds patience) override;

private:
    void passSignalsOn();
    template <typename Result>
    [[nodiscard]] std::function<void(const Result &)> ending(
        QObject *context, std::function<void(const Result &)> then);
    [[nodiscard]] QString fileFor(const TokenKey &key, QStringView suffix) const;

    QString m_service;
    std::unique_ptr<KeychainQueue> m_queue;
};

} // namespace authcore
