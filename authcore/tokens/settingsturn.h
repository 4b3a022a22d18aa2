#pragma once

#include "authcore/system/kernellock.h"

#include <QtCore/QString>

#include <optional>

namespace authcore {

//! A turn at a settings file, in one process at a time, readers too; ends with this.
//!
//! Without turns two processes would each replace the file by what they have read before. Readers
//! take turns as well: QSettings asks for the time of what it has read after it has read it.
//! Thread:   workers only, the constructor waits up to 5 s for others.
class SettingsTurn
{
public:
    [[nodiscard]] static QString lockOf(const QString &filePath); //!< the file beside it
    explicit SettingsTurn(const QString &filePath);

    //! Why it is not our turn, for people. Nobody should write then.
    [[nodiscard]] std::optional<QString> problem() const;
    [[nodiscard]] bool isBusy() const { return m_got == KernelLock::Got::Busy; } //!< of others

    [[nodiscard]] QString filePath() const { return m_filePath; } //!< of the settings file

    //! Before the file is replaced: waits up to 5 s for another program that writes to it by
    //! QSettings, which locks FILE.lock, a QLockFile. Removes that if its holder was killed.
    //! Returns the reason, for people, if it is still locked then.
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
