#pragma once

#include "authcore/tokens/tokenset.h"

#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
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
//!
//! Over HTTP/2 a hundred requests are under way at once, and each would cost a challenge if the
//! token has expired. As long as no answer has proved the token, the window is therefore small. It
//! counts *trials*, the requests with the present token whose answer is expected soon. Each answer
//! that neither proves nor challenges the token makes it larger by one.
//! Lifetime: replies are taken out before they are deleted.
//! Thread:   its manager's.
//! Units:    `now` is the monotonic clock.
class RequestQueue
{
public:
    static constexpr int usualConnections = 6; //!< Qt's number of connections per host
    static constexpr int readyToFollow = 2; //!< more than there are connections
    static constexpr int httpWindow = usualConnections + readyToFollow; //!< for HTTP/1
    //! For HTTP/2 with a proven token. A server may speak it until a reply shows HTTP/1.
    static constexpr int httpsWindow = 100;
    static constexpr int trialWindow = httpWindow; //!< for HTTP/2 with a token that is not proven
    //! How long the last answer counts: after a pause the token may have expired.
    static constexpr std::chrono::minutes proofLasts {1};

    //! An origin, as originId() numbers them.
    enum class OriginId : int {};

    //! Counts the HTTP/2 connections to an origin that were given up.
    enum class ConnectionId : int {};

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

    void noteHttp2(OriginId origin); //!< a reply has shown that the server has HTTP/2
    [[nodiscard]] bool usesHttp2(OriginId origin) const; //!< a reply has shown it
    [[nodiscard]] bool mayUseHttp2(OriginId origin) const; //!< as far as is known
    //! Over which requests are sent.
    [[nodiscard]] ConnectionId connection(OriginId origin) const { return at(origin).connection; }
    //! The server closes this connection: later requests are sent over another one.
    void giveUp(OriginId origin, ConnectionId connection);
    //! A request that was started carries a token of `generation`; without a token, none.
    void beginTrial(OriginId origin, Generation generation, std::chrono::nanoseconds now);
    //! It was answered, or its answer takes long; called once for each beginTrial().
    void endTrial(OriginId origin, Generation generation);
    //! An answer proves `generation`. True: the window was small before.
    bool proved(OriginId origin, Generation generation, std::chrono::nanoseconds now);
    //! An answer neither proves nor challenges `generation`.
    void answered(OriginId origin, Generation generation, std::chrono::nanoseconds now);

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
        bool isHttp2 = false; //!< likewise
        ConnectionId connection {};
        int connections = 0; //!< 0: nobody has asked for any yet
        int active = 0;
        std::map<Turn, AuthReply *> waiting;

        Generation generation {}; //!< of the last request; 0: it carried no token
        bool isProven = false; //!< `generation` is
        int trials = 0; //!< of `generation`
        int answers = 0; //!< of `generation`, without proof
        std::chrono::nanoseconds heardAt {}; //!< the last answer, with or without proof
    };

    [[nodiscard]] static bool hasRoom(const Origin &origin);
    [[nodiscard]] Origin &at(OriginId origin)
    {
        return m_origins[static_cast<std::size_t>(origin)];
    }
    [[nodiscard]] const Origin &at(OriginId origin) const
    {
        return m_origins[static_cast<std::size_t>(origin)];
    }

    std::vector<Origin> m_origins; // a handful: the profile's protected origins
    std::size_t m_queued = 0;
    int m_active = 0;
};

} // namespace authcore
