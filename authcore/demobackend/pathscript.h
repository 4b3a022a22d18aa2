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

//! What was arranged for one path, and what arrived on it.
//!
//! Thread: any. Whoever is held waits in pass() on its own thread.
class PathScript
{
public:
    enum class Gate { None, Requests, Answers };

    //! From now on bodies of any length are kept.
    void watch();
    [[nodiscard]] qsizetype keptBodySize() const;

    void arrive(const Request &request);
    //! Waits while `gate` is closed. False: the backend stops.
    [[nodiscard]] bool pass(Gate gate, const std::stop_token &stopping);
    //! What was arranged for the next request, if anything was.
    [[nodiscard]] std::optional<Reply> nextReply();

    void close(Gate gate);
    void open();
    void letGo(int count);
    void queue(const Reply &reply, int times);
    void standing(Reply reply);
    void clear();

    [[nodiscard]] int heldCount() const;
    [[nodiscard]] int arrivedCount() const;
    [[nodiscard]] Request arrived(int index) const; //!< empty where nothing is remembered

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    Gate m_closed = Gate::None;
    // Who waits has a ticket; tickets are let go in their order.
    std::uint64_t m_nextTicket = 0;
    std::uint64_t m_firstHeld = 0;
    std::deque<Reply> m_queued;
    std::optional<Reply> m_standing;
    bool m_watched = false;
    std::vector<Request> m_arrived; //!< the first ones; bursts of many thousands are only counted
    int m_arrivedCount = 0;
};

} // namespace demobackend
