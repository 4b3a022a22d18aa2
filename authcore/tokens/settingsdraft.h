#pragma once

#include <QtCore/QString>

#include <functional>
#include <optional>

class QSettings;

namespace authcore {

class SettingsTurn;

//! A new version of a settings file, which is written beside it and renamed over it when it is
//! whole: so the file has all of its old content or all of its new content, whatever fails.
//!
//! QSettings writes it, and keeps what it knows by the name of the file, even what it could not
//! write. Each version therefore has names that this process has never used, and QSettings reads
//! the content back from the disk by another name than it has written it to. The names are
//! FILE.draft-PROCESS-NUMBER, and what QSettings and a killed process leave begins so, too: in the
//! next turn at the file it is removed.
//! Thread:   workers only.
//! Errors:   the reason, for people; nullopt: none.
namespace settingsdraft {

//! A name that this process has never used.
[[nodiscard]] QString unusedName(const QString &filePath);
//! What killed processes have left, drafts of older versions too. Only in a turn.
void removeLeftovers(const QString &filePath);
//! Writes a file of `size` bytes, and removes it.
[[nodiscard]] std::optional<QString> rehearse(const QString &filePath, qint64 size);
//! Replaces the file by a version that `change` has changed. All other values stay. The file
//! system has it before this returns.
[[nodiscard]] std::optional<QString> replace(
    const SettingsTurn &turn, const std::function<void(QSettings &)> &change);

} // namespace settingsdraft

} // namespace authcore
