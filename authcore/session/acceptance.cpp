#include "authcore/session/acceptance.h"

#include "authcore/profile/origin.h"

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::size_t mostRefusals = 100;
constexpr std::chrono::nanoseconds memory = 10min;
constexpr std::chrono::milliseconds longestPause = 10min;
constexpr int patientRefreshes = 3;

QByteArray nameOf(const Acceptance::Request &request)
{
    constexpr auto unimportant = QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment;
    return request.method + ' ' + request.url.adjusted(unimportant).toEncoded();
}

} // namespace

void Acceptance::tokenChanged()
{
    m_provenOrigins.clear();
    m_refusals.clear();
    m_pauseEnds = {};
}

void Acceptance::accepted(const Request &request, std::uint32_t refusalsBefore)
{
    const QString origin = originOf(request.url);
    m_provenOrigins.insert(origin);
    m_refusedInARow = 0;
    m_pauseEnds = {};
    if (m_refusals.empty())
        return;
    forget(nameOf(request));
    for (Refusal &refusal : m_refusals) {
        if (refusal.origin == origin && refusal.number <= refusalsBefore)
            refusal.isProvenSince = true;
    }
}

void Acceptance::refused(const Request &request, RefreshId refresh, std::chrono::nanoseconds now,
    std::chrono::milliseconds pause)
{
    const QByteArray name = nameOf(request);
    forget(name);
    if (m_refusals.size() == mostRefusals)
        m_refusals.pop_front();
    m_refusals.push_back({name, originOf(request.url), ++m_refusalCount, now});
    if (std::exchange(m_lastRefused, refresh) == refresh || isProvenAnywhere())
        return;
    if (++m_refusedInARow >= patientRefreshes) {
        const int doublings = std::min(m_refusedInARow - patientRefreshes, 20);
        m_pauseEnds = now + std::min(pause * (1 << doublings), longestPause);
    }
}

void Acceptance::forget(const QByteArray &request)
{
    std::erase_if(m_refusals, [&](const Refusal &refusal) { return refusal.request == request; });
}

void Acceptance::endPause()
{
    m_refusedInARow = 0;
    m_pauseEnds = {};
}

bool Acceptance::isProven(const QUrl &url) const
{
    return m_provenOrigins.contains(originOf(url));
}

bool Acceptance::isInVain(const Request &request, std::chrono::nanoseconds now) const
{
    if (now < m_pauseEnds)
        return true;
    if (m_refusals.empty())
        return false;
    const QByteArray name = nameOf(request);
    return std::any_of(m_refusals.begin(), m_refusals.end(), [&](const Refusal &refusal) {
        return refusal.request == name && refusal.isProvenSince && now < refusal.at + memory;
    });
}

} // namespace authcore
