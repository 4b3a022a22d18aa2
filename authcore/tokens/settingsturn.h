#pragma once

#include <QtCore/QDateTime>
#include <QtCore/QFile>
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

    //! Before writing. A writer that is killed before it writes its name into QSettings' own lock
    //! file would hold up QSettings for half a minute.
    void clearTheWay() const;
    //! After writing. What is there now must look different for QSettings from what was before.
    void setApart() const;

private:
    enum class Got { Turn, NoTurn, NoLock };
    [[nodiscard]] Got take();

    QString m_filePath;
    QFile m_lock; //!< locked while it is open, and no longer than its process lives
    Got m_got;
    QDateTime m_before; //!< when the file was last written
};

} // namespace authcore
