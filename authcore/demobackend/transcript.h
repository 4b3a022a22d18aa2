#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstddef>
#include <deque>
#include <mutex>

namespace demobackend {

//! What the server saw, one line per request in the order of arrival; of a long time the latest
//! 100,000. Thread: any.
class Transcript
{
public:
    enum class Line : std::size_t {};

    //! Begins a line; until it is completed it reads "WHAT -> ...".
    [[nodiscard]] Line open(const QString &what);
    void complete(Line line, const QString &outcome);

    [[nodiscard]] QStringList lines() const;
    [[nodiscard]] QStringList lines(const QString &part) const;
    void clear(); //!< a request still under way does not come back into it

private:
    struct Entry
    {
        QString what;
        QString outcome;
    };

    mutable std::mutex m_mutex;
    std::deque<Entry> m_entries; //!< the latest ones
    std::size_t m_forgotten = 0; //!< lines opened before the first of m_entries
};

} // namespace demobackend
