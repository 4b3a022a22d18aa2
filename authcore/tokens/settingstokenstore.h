#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenstore.h"

#include <memory>

namespace authcore {

class WorkerQueue;

//! Keeps token sets in a QSettings file (explicit IniFormat), NOT encrypted, mode 0600.
//!
//! One value per token set, so that no reader ever sees half of one; written on a worker thread and
//! synced to disk before the callback. Each change is written to a new file, which replaces the old
//! one when it is whole and on the disk: a disk that is full costs no entry.
//! Several processes may use the file at once. Beside it are FILE.turn, whose lock they take in
//! turn, and for each key the lock file of lockPath(), and FILE.KEY.new: tokens on their way into
//! the file. A process that is killed meanwhile has written them: the next one takes them over. Its
//! FILE.draft-... is removed by the next one that writes or removes something.
//!
//! Lifetime: the destructor waits for what was begun (a save is never lost at exit). No event loop
//!           is needed for that: the store may be a child of the application, outlive it, or be a
//!           function-local static. std::exit() waits as well. The wait is short, unless another
//!           process stands still in its turn at the file: up to 5 s for each operation.
//! Errors:   Unreadable, Unwritable, Garbage (naming file and key), never a secret.
//! Source:   QSettings. Whatever else is in the file stays as QSettings keeps it. A program that
//!           writes to it by QSettings of its own is waited for, but takes no turns: it may undo
//!           what is written here in the same moment.
class AUTHCORE_EXPORT SettingsTokenStore : public TokenStore
{
    Q_OBJECT

public:
    //! Folders and file are made when something is stored.
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
    //! Writes a file of that size beside the settings file, and removes it. A file of another user
    //! is not writable, even for root.
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
