#pragma once

#include <QtCore/QString>

#include <optional>

class QFile;

namespace authcore {

//! How openPrivateFile() opens.
enum class Opening {
    Read, //!< a file that is there
    Write, //!< an existing file, or a new one
    MakeNew, //!< a file that is not there yet
};

//! Opens a regular file of this user's: no symbolic link, no folder, and nothing that could block
//! like a FIFO. A new file is for its owner only, whatever the umask. Child processes do not
//! inherit it. Returns the reason, for people, if it cannot be opened.
[[nodiscard]] std::optional<QString> openPrivateFile(QFile &file, const QString &path, Opening how);

} // namespace authcore
