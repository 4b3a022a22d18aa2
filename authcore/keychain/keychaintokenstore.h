#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenstore.h"

#include <chrono>
#include <memory>

namespace authcore {

class KeychainQueue;

//! Keeps token sets in the system's keychain, through QtKeychain: on Linux in the Secret Service
//! (gnome-keyring, KeePassXC) or KWallet. One entry per token set, and none outside the keychain.
//!
//! Several processes may share an entry. What is asked here is done one after the other, and what
//! writes, in a turn that no other process has meanwhile: so update(), updateOnly() and
//! removeOnly() undo nothing that another one writes. The turn is the lock of a file, the user's,
//! beside that of lockPath(). Where there is none to be had, or a process keeps it for longer than
//! patience(), as while a person is asked to unlock the keychain, it is done without.
//!
//! Lifetime: what was begun when this is destroyed is still carried out as long as the
//!           application's event loop runs, and until then another store of the same process may
//!           find what was there before; a program that ends waits for its callbacks first.
//! Thread:   lives in the application's main thread, as QtKeychain does; elsewhere each operation
//!           fails.
//! Errors:   Unavailable (no keychain, locked, refused, silent), Unreadable, Unwritable, Garbage.
//!           A locked keychain asks a person and is waited for, see
//!           TokenStore::waitingForPerson(). One that is silent fails what was asked, and what is
//!           asked until it answers; a write that failed so may still be carried out.
//! Units:    patience() bounds how long a keychain may be silent, not how long a person takes; and
//!           the wait for a turn. One that is open after that time has 2 s more: a person may just
//!           have unlocked it.
//! Source:   QtKeychain without its insecure fallback. Windows takes 2,560 bytes per entry.
class KeychainTokenStore : public TokenStore
{
    Q_OBJECT

public:
    //! `service` names the application in the keychain: those who share it share their entries.
    explicit KeychainTokenStore(QString service, QObject *parent = nullptr);
    //! `clock` outlives this.
    KeychainTokenStore(QString service, Clock &clock, QObject *parent = nullptr);
    ~KeychainTokenStore() override;

    [[nodiscard]] QString service() const { return m_service; } //!< as given
    [[nodiscard]] std::chrono::milliseconds patience() const; //!< 30 s unless set
    void setPatience(std::chrono::milliseconds patience); //!< from the next answer or question on

    [[nodiscard]] QString lockPath(const TokenKey &key) const override;
    void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) override;
    void save(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    void update(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    void updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens,
        QObject *context, std::function<void(const Done &)> then) override;
    void remove(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) override;
    void removeOnly(const TokenKey &key, const TokenSet &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    //! Looks for the entry: a keychain that can be read is taken for one that can be written.
    void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) override;
    //! QtKeychain needs the event loop of the main thread: another thread can wait for it.
    [[nodiscard]] bool waitForWrites(std::chrono::milliseconds patience) override;

private:
    void passSignalsOn();
    void updateUnless(std::function<Done(const Loaded &)> refusal, const TokenKey &key,
        const TokenSet &tokens, QObject *context, std::function<void(const Done &)> then);
    template <typename Result>
    [[nodiscard]] std::function<void(const Result &)> ending(
        QObject *context, std::function<void(const Result &)> then);
    [[nodiscard]] QString fileFor(const TokenKey &key, QStringView suffix) const;

    QString m_service;
    std::unique_ptr<KeychainQueue> m_queue;
};

} // namespace authcore
