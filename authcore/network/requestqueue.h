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

//! Keeps the replies that wait in the order in which they leave, and counts the requests that Qt
//! has, by origin.
//!
//! Qt needs more time and memory when it gets thousands of requests at once (5.1 s instead of 2.5 s
//! for 20,000, and twenty times the memory). Each origin therefore has a window, the number of
//! requests that Qt gets at a time. Replies in the queue have no inner reply. A value.
//! Lifetime: replies are taken out before they are deleted.
//! Thread:   its manager's.
class RequestQueue
{
public:
    static constexpr int usualConnections = 6; //!< Qt's number of connections per host
    static constexpr int readyToFollow = 2; //!< more than there are connections
    static constexpr int httpWindow = usualConnections + readyToFollow; //!< for HTTP/1
    static constexpr int httpsWindow = 100; //!< until a reply shows that the server speaks HTTP/1

    //! An origin, as originId() numbers them.
    enum class OriginId : int {};

    //! The place of a reply in the queue: by QNetworkRequest::Priority, then by age.
    struct Turn
    {
        int priority = 0; //!< QNetworkRequest::Priority: low values first
        std::uint64_t sequence = 0; //!< counts replies
        auto operator<=>(const Turn &) const = default; // NOLINT(modernize-use-nullptr)
    };

    [[nodiscard]] OriginId originId(const QString &origin); //!< the same for the same text
    void allowHttp2(OriginId origin); //!< a request may use HTTP/2 over plain http
    void limitToHttp1(OriginId origin); //!< a reply has shown that the server has no HTTP/2
    //! A request asks Qt for `count` connections; the largest number counts.
    void askForConnections(OriginId origin, int count);

    void enqueue(OriginId origin, Turn turn, AuthReply *reply); //!< `reply` waits from now on
    bool remove(OriginId origin, Turn turn); //!< false: there is no such reply
    //! The first reply whose origin has room for another request; nullptr: none.
    [[nodiscard]] AuthReply *next() const;

    void started(OriginId origin); //!< Qt has one request more
    void finished(OriginId origin); //!< Qt has one request less

    [[nodiscard]] QList<AuthReply *> queued() const; //!< in the order of leaving
    //! Of all origins.
    [[nodiscard]] std::size_t queuedCount() const noexcept { return m_queued; }
    [[nodiscard]] int activeCount() const noexcept { return m_active; } //!< of all origins

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
