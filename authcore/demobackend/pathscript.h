#pragma once

#include "authcore/demobackend/exchange.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace demobackend {

//! The script of one path and the requests that arrived at this path.
//!
//! Thread:   any. A held request waits in pass() on its connection's thread.
class PathScript
{
public:
    enum class Gate { None, Requests, Answers };

    //! Keeps bodies of any length from now on.
    void watch();
    [[nodiscard]] qsizetype keptBodySize() const;

    void arrive(const Request &request);
    //! Waits while `gate` is closed. False: the backend is stopping.
    [[nodiscard]] bool pass(Gate gate, const std::stop_token &stopping);
    //! The scripted reply for the next request; empty: none.
    [[nodiscard]] std::optional<Reply> nextReply();

    void close(Gate gate);
    void open();
    void release(int count);
    void queue(const Reply &reply, int times);
    void standing(Reply reply);
    void clear();

    [[nodiscard]] int heldCount() const;
    [[nodiscard]] int arrivedCount() const;
    [[nodiscard]] Request arrived(int index) const; //!< empty: unknown or not kept

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    Gate m_closed = Gate::None;
    // Each waiting request has a ticket; release() lets tickets continue in their order.
    std::uint64_t m_nextTicket = 0;
    std::uint64_t m_firstHeld = 0;
    std::deque<Reply> m_queued;
    std::optional<Reply> m_standing;
    bool m_watched = false;
    std::vector<Request> m_arrived; //!< the first 10,000; later requests are only counted
    int m_arrivedCount = 0;
};

} // namespace demobackend
