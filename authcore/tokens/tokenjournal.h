#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>
#include <utility>

namespace authcore {

//! A file that keeps a value while it is being written into a settings file, which takes several
//! syncs to disk. If the writing process is killed, the only good refresh token would be lost
//! without it. The file is not synced, so other processes can read it at once. Only its owner can
//! read it.
//!
//! Errors:   none. If the file cannot be written, only this safety is missing.
class TokenJournal
{
public:
    explicit TokenJournal(QString path)
        : m_path(std::move(path))
    {
    }

    void write(const QByteArray &value) const; //!< where no such file is
    void clear() const;
    //! Empty: there is no such file, or its writer was killed before it was complete.
    [[nodiscard]] std::optional<QByteArray> read() const;

private:
    QString m_path;
};

} // namespace authcore
