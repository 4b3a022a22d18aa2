#include "authcore/session/backoff.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace authcore {

namespace {

using Milliseconds = std::chrono::milliseconds;

// How many refreshes must fail one after the other before requests may not start another one.
constexpr int patientFailures = 3;
constexpr Milliseconds firstCooldown = 1s; // doubled from failure to failure
constexpr Milliseconds longestCooldown = 10min;
constexpr Milliseconds shortestEarlyCooldown = 1s;
// No try begins with less than this part of the whole time left.
constexpr int leastPart = 6;

Milliseconds doubled(Milliseconds pause, int times)
{
    return pause * (1 << std::clamp(times, 0, 20));
}

} // namespace

Milliseconds retryPause(
    const RefreshPolicy &policy, int attempt, double random, std::optional<Milliseconds> retryAfter)
{
    const auto cap =
        std::min<Milliseconds>(policy.backoffMax, doubled(policy.backoffMin, attempt - 1));
    const auto pause = std::chrono::duration_cast<Milliseconds>(cap * random);
    return std::max(pause, retryAfter.value_or(0ms));
}

bool isTimeForTry(const RefreshPolicy &policy, std::chrono::nanoseconds left)
{
    return left > std::min<Milliseconds>(policy.tryTimeout, policy.totalTimeout / leastPart);
}

Cooldown cooldownAfter(const FailedRefresh &failed, const RefreshPolicy &policy, double random)
{
    const int failures = failed.failuresBefore + 1;
    Cooldown cooldown {std::clamp(doubled(policy.cooldown, failed.failuresBefore),
                           shortestEarlyCooldown, longestCooldown),
        0ms};
    if (failures >= patientFailures) {
        const Milliseconds pause = std::min<Milliseconds>(
            policy.cooldown, doubled(firstCooldown, failures - patientFailures));
        cooldown.any = std::chrono::duration_cast<Milliseconds>(pause * (0.5 + random / 2));
    }
    if (failed.failsTheSameAgain)
        cooldown.any = cooldown.early;
    if (failed.retryAfter)
        cooldown.any = std::max(cooldown.any, std::min(*failed.retryAfter, longestCooldown));
    cooldown.early = std::max(cooldown.early, cooldown.any);
    return cooldown;
}

} // namespace authcore
