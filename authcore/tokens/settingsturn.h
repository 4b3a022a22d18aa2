#pragma once

#include "authcore/system/kernellock.h"

#include <QtCore/QString>

#include <optional>

namespace authcore {

//! A turn at a settings file: one process at a time has it, also to read. It ends with this object.
//!
//! Without turns two processes would each replace the file by a version that lacks the changes of
//! the other. Readers take turns as well: QSettings asks for the time of a file only after it has
//! read it, and would keep old content under a new time.
//!
//! Thread:   workers only; the constructor waits up to 5 s for other processes.
class SettingsTurn
{
public:
    [[nodiscard]] static QString lockOf(const QString &filePath); //!< the lock file
    explicit SettingsTurn(const QString &filePath);

    //! Why this process does not have the turn, for people. It must not write then.
    [[nodiscard]] std::optional<QString> problem() const;
    [[nodiscard]] bool isBusy() const { return m_got == KernelLock::Got::Busy; } //!< another has it

    [[nodiscard]] QString filePath() const { return m_filePath; } //!< of the settings file

    //! To be called before the file is replaced. Waits up to 5 s for another program that writes to
    //! it by QSettings, which locks FILE.lock, a QLockFile. Removes that file if its holder was
    //! killed. Returns the reason, for people, if it is still locked after that time.
    [[nodiscard]] std::optional<QString> waitForOthers() const;

private:
    [[nodiscard]] KernelLock::Got take();

    QString m_filePath;
    //! Unlike a QLockFile, the lock costs no sync to disk, which would lengthen the time during
    //! which new tokens are in one process only.
    KernelLock m_lock;
    KernelLock::Got m_got;
};

} // namespace authcore
