#pragma once

#include <QtCore/QString>

#include <optional>

namespace authcore::settingsdraft {

// New versions of a settings file are written beside it, as FILE.draft-PROCESS-NUMBER and names
// that begin so. Whoever has the turn at the file may remove them all.

//! A name that this process has never used: QSettings keeps what it knows by the name of the file.
[[nodiscard]] QString unusedName(const QString &filePath);
//! Those of this process and of killed ones.
void removeAll(const QString &filePath);
//! Writes a file of `size` bytes and removes it. Returns the reason, for people, if that fails.
[[nodiscard]] std::optional<QString> rehearse(const QString &filePath, qint64 size);

} // namespace authcore::settingsdraft
