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
//! QSettings writes the new version. It caches content by file name, even content that it could not
//! write. Each version therefore has names that this process has never used, and QSettings reads
//! the content back from the disk under another name than it has written it to. The names are
//! FILE.draft-PROCESS-NUMBER. Files that QSettings or a killed process leaves behind begin with
//! them too, and are removed in the next turn at the file.
//!
//! Thread:   workers only.
//! Errors:   the reason, for people; nullopt: none.
namespace settingsdraft {

//! A name that this process has never used.
[[nodiscard]] QString unusedName(const QString &filePath);
//! Removes files that killed processes have left, those of older program versions too. Only in a
//! turn.
void removeLeftovers(const QString &filePath);
//! Tries whether there is space: writes a file of `size` bytes, and removes it.
[[nodiscard]] std::optional<QString> rehearse(const QString &filePath, qint64 size);
//! Replaces the file by a version that `change` has changed. All other values stay. The new version
//! is on the disk before this returns.
[[nodiscard]] std::optional<QString> replace(
    const SettingsTurn &turn, const std::function<void(QSettings &)> &change);

} // namespace settingsdraft

} // namespace authcore
