#pragma once

#include "authcore/network/authreply.h"
#include "authcore/network/requestqueue.h"
#include "authcore/system/clock.h"

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace authcore {

//! Counts the requests that Qt has, and watches those that may go over HTTP/2.
//!
//! A watched request whose answer takes longer than a second is no trial of its token any more
//! (see RequestQueue). Uploads and long polls would else hold up all other requests.
//! Lifetime: a part of its manager; what it is made with outlives it. Replies are finished before
//!           they are deleted.
//! Thread:   the manager's. `hasRoom` is called inside answered(), and from the event loop.
class RequestsUnderWay
{
public:
    //! An answer that takes longer is not waited for by other requests.
    static constexpr std::chrono::seconds slow {1};

    //! `hasRoom` is called when more requests may be sent, other than after finished().
    RequestsUnderWay(Clock &clock, RequestQueue &queue, std::function<void()> hasRoom);

    //! `reply` is about to be sent with a token of `generation`; 0: without a token.
    void started(AuthReply &reply, Generation generation);
    //! The headers of an answer have arrived, and it is no challenge.
    void answered(const AuthReply &reply, int status);
    void finished(const AuthReply &reply); //!< Qt has one request less

private:
    struct Watched
    {
        const AuthReply *reply = nullptr;
        RequestQueue::OriginId origin {};
        Generation generation {};
        std::chrono::nanoseconds since {};
        bool isTrial = true;
    };

    void endTrial(Watched &watched);
    void arm();
    void look();

    Clock &m_clock;
    RequestQueue &m_queue;
    std::function<void()> m_hasRoom;
    std::vector<Watched> m_watched; //!< the oldest first
    std::unique_ptr<Clock::Timer> m_timer;
};

} // namespace authcore
