#include "authcore/session/refreshcooldown.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

void RefreshCooldown::fail(Failure failure)
{
    m_failure = std::move(failure);
    ++m_failures;
}

void RefreshCooldown::clear()
{
    m_failure.reset();
    m_failures = 0;
}

bool RefreshCooldown::forbidsEarlyRefresh(std::chrono::nanoseconds now) const
{
    return m_isClosed || (m_failure && now < m_failure->noEarlyRefreshUntil);
}

bool RefreshCooldown::forbidsRefresh(std::chrono::nanoseconds now) const
{
    return m_isClosed || (m_failure && now < m_failure->noRefreshUntil);
}

std::chrono::nanoseconds RefreshCooldown::earlyRefreshAllowedAt() const
{
    return m_failure ? m_failure->noEarlyRefreshUntil : std::chrono::nanoseconds {};
}

TokenError RefreshCooldown::reason() const
{
    if (m_isClosed)
        return {TokenError::Code::Refused, u"Not refreshed: the program is ending"_s, {}, {}};
    return m_failure->error;
}

} // namespace authcore
