#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>
#include <utility>

namespace authcore {

//! Where a value is kept while it is on its way into a settings file, which takes locks and syncs,
//! several of each: a process that is killed meanwhile must not take a refresh token along that is
//! the only good one. Written in one go and not synced, it is there for other processes at once.
//! The file is for its owner only. Without it all goes on as before, a little less safely.
class TokenJournal
{
public:
    explicit TokenJournal(QString path)
        : m_path(std::move(path))
    {
    }

    //! In the place of what is there, which others see until then. False: that is still there.
    [[nodiscard]] bool write(const QByteArray &value) const;
    void clear() const;
    //! Empty: there is none, or its writer was killed before it was whole.
    [[nodiscard]] std::optional<QByteArray> read() const;

private:
    QString m_path;
};

} // namespace authcore
