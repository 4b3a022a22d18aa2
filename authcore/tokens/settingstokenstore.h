#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenstore.h"

#include <memory>

namespace authcore {

class WorkerQueue;

//! Keeps token sets in a QSettings file (explicit IniFormat), NOT encrypted, mode 0600.
//!
//! Each token set is one value, so that no reader ever sees half of one. It is written on a worker
//! thread and synced to disk before the callback. Each change makes a new file, which replaces the
//! old one when it is complete and on the disk: a full disk loses no entry.
//! Several processes may use the file at once. Beside it are FILE.turn, which they lock in turn,
//! and for each key the lock file of lockPath(), and FILE.KEY.new with tokens that are being
//! written into the file. If the writing process is killed, the next process that uses the key
//! finishes the write. The next process that writes to the file removes FILE.draft-... of a killed
//! one.
//!
//! Lifetime: the destructor waits for operations that have begun (a save is never lost at exit). It
//!           needs no event loop: the store may be a child of the application, outlive it, or be a
//!           function-local static. std::exit() waits as well. The wait is short, unless another
//!           process hangs in its turn at the file: up to 5 s for each operation.
//! Errors:   Unreadable, Unwritable, Garbage (naming file and key), never a secret.
//! Source:   QSettings. Other values in the file stay as QSettings keeps them. If another program
//!           writes to the file by a QSettings of its own, this waits for it; but that program
//!           takes no turns, and may undo what is written here at the same moment.
class AUTHCORE_EXPORT SettingsTokenStore : public TokenStore
{
    Q_OBJECT

public:
    //! Creates folders and file only when something is stored.
    explicit SettingsTokenStore(const QString &filePath, QObject *parent = nullptr);
    ~SettingsTokenStore() override;

    [[nodiscard]] QString filePath() const; //!< absolute
    [[nodiscard]] QString lockPath(const TokenKey &key) const override; //!< beside the file

    void load(
        const TokenKey &key, QObject *context, std::function<void(const Loaded &)> then) override;
    //! Tokens that a killed process had begun to store are listed once somebody has loaded them.
    void accounts(const QString &profileId, QObject *context,
        std::function<void(const Accounts &)> then) override;
    void write(const TokenKey &key, const WriteCondition &condition,
        const std::optional<TokenSet> &tokens, QObject *context,
        std::function<void(const Done &)> then) override;
    //! Writes a file of the needed size beside the settings file, and removes it. A file of another
    //! user is not writable, even for root.
    void checkWritable(
        const TokenKey &key, QObject *context, std::function<void(const Done &)> then) override;
    [[nodiscard]] bool waitForWrites(std::chrono::milliseconds patience) override;

private:
    template <typename Result>
    void begin(QObject *context, std::function<void(const Result &)> then,
        std::function<Result()> operation);

    QString m_filePath;
    std::unique_ptr<WorkerQueue> m_worker;
};

} // namespace authcore
