#include "authcore/session/earlyrefresh.h"

#include "authcore/session/sessiongate.h"

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace authcore {

namespace {

// The timer waits in parts, because clocks jump and do not count the time that a machine sleeps.
constexpr std::chrono::milliseconds longestWait = 60s;

} // namespace

EarlyRefresh::EarlyRefresh(SessionGate &gate, std::function<double()> random)
    : m_gate(gate)
    , m_random(std::move(random))
{
}

void EarlyRefresh::tokensChanged()
{
    m_spread = m_random();
    arm();
}

void EarlyRefresh::arm()
{
    m_timer.reset();
    SessionState &state = m_gate.state();
    const auto due = m_gate.profile()->policy.refreshAhead && !state.isClosed()
        ? state.earlyRefreshDue(m_spread)
        : std::nullopt;
    if (!due)
        return;
    const auto now = m_gate.now();
    const auto cooldown =
        std::chrono::ceil<std::chrono::milliseconds>(due->monotonic - now.monotonic);
    const std::chrono::milliseconds left = std::max(due->wall - now.wall, cooldown);
    if (left > 0ms) {
        m_timer = m_gate.clock().after(std::min(left, longestWait), [this] { arm(); });
    } else if (state.wasUsed()) {
        state.apply(machine::RefreshWanted {machine::Urgency::Early});
        m_gate.carryOut();
    }
}

} // namespace authcore
