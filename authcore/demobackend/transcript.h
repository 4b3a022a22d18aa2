#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstddef>
#include <deque>
#include <mutex>

namespace demobackend {

//! One line per request in the order of arrival; the latest 100,000 lines are kept.
//!
//! Thread:   any.
class Transcript
{
public:
    enum class Line : std::size_t {};

    //! Begins a line. It reads "WHAT -> ..." until complete() is called.
    [[nodiscard]] Line open(const QString &what);
    void complete(Line line, const QString &outcome);

    [[nodiscard]] QStringList lines() const;
    [[nodiscard]] QStringList lines(const QString &part) const;
    void clear(); //!< requests without an answer so far are removed, too

private:
    struct Entry
    {
        QString what;
        QString outcome;
    };

    mutable std::mutex m_mutex;
    std::deque<Entry> m_entries; //!< the latest lines
    std::size_t m_forgotten = 0; //!< number of removed lines before m_entries
};

} // namespace demobackend
