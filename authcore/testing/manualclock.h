#pragma once

#include "authcore/system/clock.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

namespace authcore::testing {

//! A clock that stands still until the test moves it.
//!
//!     authcore::testing::ManualClock clock;
//!     auto timer = clock.after(10s, [&] { fired = true; });
//!     clock.advance(9'999ms); // not yet
//!     clock.advance(1ms); // now, inside advance()
//!
//! Lifetime: timers may outlive the clock; they never fire then.
//! Thread:   any for now() and monotonic(); after() and advance() only the clock's own.
class ManualClock : public authcore::Clock
{
public:
    //! A point of the wall clock.
    using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

    //! 2033-05-18 03:33:20 UTC: round, and unlike any real time of a test run.
    explicit ManualClock(WallTime now = WallTime(std::chrono::seconds(2'000'000'000)))
        : m_now(now)
    {
    }

    [[nodiscard]] WallTime now() const override { return m_now; }
    [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return m_monotonic; }

    [[nodiscard]] std::unique_ptr<Timer> after(
        std::chrono::milliseconds delay, std::function<void()> then) override
    {
        const auto due = m_monotonic.load() + std::max(delay, std::chrono::milliseconds::zero());
        auto entry = std::make_shared<Entry>(Entry {due, std::move(then)});
        m_entries.push_back(entry);
        return std::make_unique<Handle>(std::move(entry));
    }

    //! Moves both clocks by `step`. Timers that become due fire in the order of their times, each
    //! at its own time, also timers that a firing timer starts. advance(0ms) fires what is due now.
    void advance(std::chrono::milliseconds step)
    {
        const auto end = m_monotonic.load() + step;
        while (const std::shared_ptr<Entry> entry = takeDue(end)) {
            moveTo(std::max(entry->due, m_monotonic.load()));
            std::exchange(entry->then, nullptr)();
        }
        moveTo(end);
    }

    //! Moves both clocks by `step` like a process that was stopped: all timers that became due
    //! fire afterwards, late.
    void jump(std::chrono::milliseconds step)
    {
        moveTo(m_monotonic.load() + step);
        advance(std::chrono::milliseconds::zero());
    }

    //! Sets the wall clock, as a person or NTP does. monotonic() and timers are not affected.
    void setNow(WallTime now) { m_now = now; }

    //! Timers that have neither fired nor been destroyed.
    [[nodiscard]] int pendingTimers() const
    {
        return static_cast<int>(std::count_if(m_entries.begin(), m_entries.end(), isArmed));
    }
    //! The time until the next timer fires; empty: no timer runs.
    [[nodiscard]] std::optional<std::chrono::milliseconds> nextTimer() const
    {
        std::optional<std::chrono::milliseconds> next;
        for (const auto &entry : m_entries) {
            const auto left =
                std::chrono::ceil<std::chrono::milliseconds>(entry->due - m_monotonic.load());
            if (isArmed(entry) && (!next || left < *next))
                next = left;
        }
        return next;
    }

private:
    struct Entry
    {
        std::chrono::nanoseconds due;
        std::function<void()> then; //!< empty: fired or cancelled
    };

    class Handle : public Timer
    {
    public:
        explicit Handle(std::shared_ptr<Entry> entry)
            : m_entry(std::move(entry))
        {
        }
        ~Handle() override { m_entry->then = nullptr; }
        Handle(const Handle &) = delete;
        Handle &operator=(const Handle &) = delete;

    private:
        std::shared_ptr<Entry> m_entry;
    };

    static bool isArmed(const std::shared_ptr<Entry> &entry) { return bool(entry->then); }

    //! The earliest armed timer that is due at `end`, taken out; of equal times the oldest.
    std::shared_ptr<Entry> takeDue(std::chrono::nanoseconds end)
    {
        std::erase_if(m_entries, [](const auto &entry) { return !isArmed(entry); });
        const auto first = std::min_element(m_entries.begin(), m_entries.end(),
            [](const auto &a, const auto &b) { return a->due < b->due; });
        if (first == m_entries.end() || (*first)->due > end)
            return nullptr;
        auto entry = *first;
        m_entries.erase(first);
        return entry;
    }

    void moveTo(std::chrono::nanoseconds when)
    {
        const auto step =
            std::chrono::duration_cast<std::chrono::milliseconds>(when - m_monotonic.load());
        m_now = m_now.load() + step;
        m_monotonic = when;
    }

    std::atomic<WallTime> m_now;
    std::atomic<std::chrono::nanoseconds> m_monotonic {std::chrono::nanoseconds::zero()};
    std::vector<std::shared_ptr<Entry>> m_entries;
};

} // namespace authcore::testing
