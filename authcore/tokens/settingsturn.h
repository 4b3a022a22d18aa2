#pragma once

#include "authcore/tokens/kernellock.h"

#include <QtCore/QDateTime>
#include <QtCore/QString>

#include <optional>

namespace authcore {

//! A turn at a settings file, in one process at a time, readers too; ends with this.
//!
//! QSettings takes a file of the same size and millisecond for the one that it knows (processes on
//! one machine meet in less), and asks for the time that it remembers after it has read. Without
//! turns it goes on with tokens that another process has replaced, and writes them back.
//! Thread:   workers only, the constructor waits up to 5 s for others.
class SettingsTurn
{
public:
    [[nodiscard]] static QString lockOf(const QString &filePath); //!< the file beside it
    explicit SettingsTurn(const QString &filePath);

    //! Why it is not our turn, for people. Nobody should write then.
    [[nodiscard]] std::optional<QString> problem() const;
    [[nodiscard]] bool isBusy() const { return m_got == KernelLock::Got::Busy; } //!< of others

    //! Before writing. Removes what killed writers have left of QSettings' own lock, a QLockFile;
    //! it could hold up QSettings for half a minute.
    void clearTheWay() const;
    //! After writing. What is there now must look different for QSettings from what was before.
    void setApart() const;

private:
    [[nodiscard]] KernelLock::Got take();

    QString m_filePath;
    KernelLock m_lock; //!< unlike a QLockFile it costs no sync to disk, of which each lengthens the
                       //!< time during which new tokens are in one process only
    KernelLock::Got m_got;
    QDateTime m_before; //!< when the file was last written
};

} // namespace authcore
