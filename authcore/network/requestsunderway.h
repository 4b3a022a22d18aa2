#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/requestqueue.h"
#include "authcore/system/clock.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace authcore {

//! Counts the requests that Qt has, and watches those that may go over HTTP/2.
//!
//! A watched request whose answer takes longer than a second is no trial of its token any more
//! (see RequestQueue). Uploads and long polls would else hold up all other requests.
//!
//! A server ends an HTTP/2 connection with a GOAWAY frame, which names the last request that it
//! processes; nginx does so after 1,000 requests. Qt 6.4 to 6.11 ends the requests after that one
//! with an error, see isUnprocessed(). Until the connection is closed, Qt loses each further
//! request to that host: it sends nothing, and the reply never finishes. A request that Qt does not
//! send for some seconds is taken for lost, and is sent again over another connection.
//! Lifetime: a part of its manager; what it is made with outlives it. Replies are finished before
//!           they are deleted.
//! Thread:   the manager's. `hasRoom` is called inside answered(), and both from the event loop.
class RequestsUnderWay
{
public:
    //! An answer that takes longer is not waited for by other requests.
    static constexpr std::chrono::seconds slow {1};
    //! A request that Qt has not sent by then may be lost; where its connection is known to be
    //! closing, already after `slow`.
    static constexpr std::chrono::seconds unsent {5};
    //! How often one request is sent again that no server has processed.
    static constexpr int mostRepeats = 10;
    //! How often if a server may have processed it.
    static constexpr int mostDoubtfulRepeats = 2;

    using Lost = std::function<void(AuthReply &)>;

    //! `hasRoom` is called when more requests may be sent, other than after finished().
    RequestsUnderWay(Clock &clock, RequestQueue &queue, std::function<void()> hasRoom, Lost lost);

    //! `reply` is about to be sent with a token of `generation`; 0: without a token.
    void started(AuthReply &reply, Generation generation);
    //! The headers of an answer have arrived, and it is no challenge.
    void answered(const AuthReply &reply, int status);
    void finished(AuthReply &reply); //!< Qt has one request less

    //! Whether the present attempt, which has ended without an answer, may be sent again: the
    //! server has not processed it, or it changes nothing when it is processed twice.
    [[nodiscard]] bool isUnprocessed(const AuthReply &reply) const;

private:
    struct Watched
    {
        AuthReply *reply = nullptr;
        std::uint64_t number = 0; //!< counts requests
        Generation generation {};
        std::chrono::nanoseconds since {};
        bool isTrial = true;
    };

    void endTrial(Watched &watched);
    [[nodiscard]] bool mayBeLost(const Watched &watched) const;
    [[nodiscard]] bool isLost(const Watched &watched) const;
    [[nodiscard]] std::chrono::nanoseconds suspectFrom(const Watched &watched) const;
    [[nodiscard]] std::optional<std::chrono::nanoseconds> dueAfter(
        std::chrono::nanoseconds now, const Watched &watched) const;
    void arm(std::chrono::nanoseconds due);
    void look();

    Clock &m_clock;
    RequestQueue &m_queue;
    std::function<void()> m_hasRoom;
    Lost m_lost;
    std::vector<Watched> m_watched; //!< the oldest first
    std::uint64_t m_started = 0;
    std::uint64_t m_lastSent = 0; //!< the youngest request that Qt has sent
    std::unique_ptr<Clock::Timer> m_timer;
    std::chrono::nanoseconds m_due {}; //!< of m_timer
};

} // namespace authcore
