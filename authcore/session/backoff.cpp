#include "authcore/session/backoff.h"

#include <algorithm>

using namespace std::chrono_literals;

namespace authcore {

namespace {

using Milliseconds = std::chrono::milliseconds;

// How many refreshes must fail one after the other before requests may not start another one.
constexpr int patientFailures = 3;
constexpr Milliseconds firstCoolDown = 1s; // doubled from failure to failure
constexpr Milliseconds longestCoolDown = 10min;
constexpr Milliseconds shortestEarlyCoolDown = 1s;
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

CoolDown coolDownAfter(const FailedRefresh &failed, const RefreshPolicy &policy, double random)
{
    const int failures = failed.failuresBefore + 1;
    CoolDown coolDown {std::clamp(doubled(policy.cooldown, failed.failuresBefore),
                           shortestEarlyCoolDown, longestCoolDown),
        0ms};
    if (failures >= patientFailures) {
        const Milliseconds pause = std::min<Milliseconds>(
            policy.cooldown, doubled(firstCoolDown, failures - patientFailures));
        coolDown.any = std::chrono::duration_cast<Milliseconds>(pause * (0.5 + random / 2));
    }
    if (failed.failsTheSameAgain)
        coolDown.any = coolDown.early;
    if (failed.retryAfter)
        coolDown.any = std::max(coolDown.any, std::min(*failed.retryAfter, longestCoolDown));
    coolDown.early = std::max(coolDown.early, coolDown.any);
    return coolDown;
}

} // namespace authcore
