#pragma once

#include "authcore/exchange/tokenerror.h"

#include <chrono>
#include <optional>

namespace authcore {

//! Whether a refresh may begin: not for a while after one that failed, and never after close().
//!
//! Pure: a value.
//! Lifetime: a part of SessionState.
//! Thread:   one at a time.
//! Units:    `now` is the monotonic clock.
class RefreshCooldown
{
public:
    //! A refresh that failed, and until when no other one should begin.
    struct Failure
    {
        TokenError error; //!< of its last try
        std::chrono::nanoseconds noEarlyRefreshUntil {}; //!< monotonic
        std::chrono::nanoseconds noRefreshUntil {}; //!< monotonic; not even a needed one
    };

    void fail(Failure failure); //!< a refresh failed
    void clear(); //!< a refresh succeeded, or what made others fail has changed
    void close() noexcept { m_isClosed = true; } //!< no refresh begins again, for good

    [[nodiscard]] bool isClosed() const noexcept { return m_isClosed; } //!< by close()
    //! How many refreshes have failed since clear().
    [[nodiscard]] int failures() const noexcept { return m_failures; }
    [[nodiscard]] bool forbidsEarlyRefresh(std::chrono::nanoseconds now) const;
    [[nodiscard]] bool forbidsRefresh(std::chrono::nanoseconds now) const; //!< even a needed one
    //! When early refreshes may begin again; zero: they may.
    [[nodiscard]] std::chrono::nanoseconds earlyRefreshAllowedAt() const;
    //! Why no refresh begins. Only where one of the two above is true.
    [[nodiscard]] TokenError reason() const;

private:
    std::optional<Failure> m_failure; //!< the last one
    int m_failures = 0;
    bool m_isClosed = false;
};

} // namespace authcore
