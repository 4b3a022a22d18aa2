#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

// Durations and moments come from profiles, answers, stores and callers, of any size. Each is
// bounded where it enters, so that no sum of them is too large for its type: in nanoseconds, 64
// bits are 292 years.

namespace authcore {

//! A year. Longer durations are shortened to this, or refused where a person can correct them.
inline constexpr std::chrono::seconds longestDuration = std::chrono::days(365);

//! `duration`, bounded by zero and a year.
template <typename Rep, typename Period>
[[nodiscard]] constexpr std::chrono::duration<Rep, Period> bounded(
    std::chrono::duration<Rep, Period> duration)
{
    using Duration = std::chrono::duration<Rep, Period>;
    return std::clamp(duration, Duration::zero(), Duration(longestDuration));
}

//! `moment`, bounded by the years 1970 and 9999.
[[nodiscard]] constexpr std::chrono::sys_seconds boundedMoment(std::chrono::sys_seconds moment)
{
    constexpr std::chrono::sys_seconds first {};
    constexpr std::chrono::sys_seconds last(std::chrono::seconds(253'402'300'799));
    return std::clamp(moment, first, last);
}

//! `moment` of a server, at most a year ahead, by the local clock. If the server gives its own
//! time, `serverDate`, the difference to that counts.
[[nodiscard]] inline std::chrono::sys_seconds byOurClock(std::chrono::sys_seconds moment,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now)
{
    return now + std::min(boundedMoment(moment) - serverDate.value_or(now), longestDuration);
}

} // namespace authcore
