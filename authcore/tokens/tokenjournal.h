#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>
#include <utility>

namespace authcore {

//! Where a value is kept while it is on its way into a settings file, which takes several syncs to
//! disk: a process that is killed meanwhile must not take a refresh token along that is the only
//! good one. Not synced, it is there for other processes at once. For its owner only. Without it
//! all goes on as before, a little less safely.
class TokenJournal
{
public:
    explicit TokenJournal(QString path)
        : m_path(std::move(path))
    {
    }

    void write(const QByteArray &value) const; //!< where nothing is
    void clear() const;
    //! Empty: there is none, or its writer was killed before it was whole.
    [[nodiscard]] std::optional<QByteArray> read() const;

private:
    QString m_path;
};

} // namespace authcore
