#pragma once

#include <QtCore/QList>
#include <QtCore/QString>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace authcore {

class AuthReply;

//! Whose turn is it? Keeps the replies that wait, and counts those that are with Qt, by origin.
//!
//! Qt is slow and fat when it is handed thousands of requests at once (5.1 s against 2.5 s for
//! 20,000, twenty times the memory), so each origin has a window. What waits has no inner reply.
//! A value.
//! Lifetime: replies are taken out before they die.
//! Thread:   its manager's.
class RequestQueue
{
public:
    static constexpr int usualConnections = 6; //!< Qt's, per host
    static constexpr int readyToFollow = 2; //!< beyond what has a connection
    static constexpr int httpWindow = usualConnections + readyToFollow; //!< for HTTP/1
    static constexpr int httpsWindow = 100; //!< until a reply shows that the server speaks HTTP/1

    //! An origin, as originId() numbers them.
    enum class OriginId : int {};

    //! Place in the order of leaving: by QNetworkRequest::Priority, then by age.
    struct Turn
    {
        int priority = 0; //!< QNetworkRequest::Priority: low values first
        std::uint64_t sequence = 0; //!< counts replies
        auto operator<=>(const Turn &) const = default; // NOLINT(modernize-use-nullptr)
    };

    [[nodiscard]] OriginId originId(const QString &origin); //!< the same for the same text
    void allowHttp2(OriginId origin); //!< plain http, and a request that may speak HTTP/2 there
    void limitToHttp1(OriginId origin); //!< a reply has shown that the server speaks nothing else
    //! A request asks Qt for so many connections; the most that was asked for counts.
    void askForConnections(OriginId origin, int count);

    void enqueue(OriginId origin, Turn turn, AuthReply *reply); //!< from now on it waits
    bool remove(OriginId origin, Turn turn); //!< false: it did not wait
    //! The first in turn among those whose origin has room; nullptr: none.
    [[nodiscard]] AuthReply *next() const;

    void started(OriginId origin); //!< one more is with Qt
    void finished(OriginId origin); //!< one less

    [[nodiscard]] QList<AuthReply *> queued() const; //!< in the order of leaving
    //! With all origins.
    [[nodiscard]] std::size_t queuedCount() const noexcept { return m_queued; }
    [[nodiscard]] int activeCount() const noexcept { return m_active; } //!< with all origins

private:
    struct Origin
    {
        QString name;
        bool mayBeHttp2 = false;
        bool isHttp1 = false; //!< a reply has shown it
        int connections = 0; //!< 0: nobody has asked for any yet
        int active = 0;
        std::map<Turn, AuthReply *> waiting;
    };

    [[nodiscard]] static int windowOf(const Origin &origin);
    [[nodiscard]] Origin &at(OriginId origin)
    {
        return m_origins[static_cast<std::size_t>(origin)];
    }

    std::vector<Origin> m_origins; // a handful: the profile's protected origins
    std::size_t m_queued = 0;
    int m_active = 0;
};

} // namespace authcore
