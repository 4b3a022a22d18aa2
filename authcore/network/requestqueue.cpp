#include "authcore/network/requestqueue.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

RequestQueue::OriginId RequestQueue::originId(const QString &origin)
{
    const auto known = std::find_if(m_origins.begin(), m_origins.end(),
        [&origin](const Origin &candidate) { return candidate.name == origin; });
    if (known != m_origins.end())
        return OriginId(known - m_origins.begin());
    Origin added;
    added.name = origin;
    added.mayBeHttp2 = origin.startsWith("https:"_L1);
    m_origins.push_back(std::move(added));
    return OriginId(m_origins.size() - 1);
}

void RequestQueue::allowHttp2(OriginId origin)
{
    at(origin).mayBeHttp2 = true;
}

void RequestQueue::limitToHttp1(OriginId origin)
{
    at(origin).isHttp1 = true;
}

void RequestQueue::askForConnections(OriginId origin, int count)
{
    at(origin).connections = std::max(at(origin).connections, count);
}

bool RequestQueue::hasRoom(const Origin &origin)
{
    const int connections = origin.connections > 0 ? origin.connections : usualConnections;
    const int http1 = connections + readyToFollow;
    if (!origin.mayBeHttp2 || origin.isHttp1)
        return origin.active < http1;
    const bool mayTry = origin.isProven || origin.generation == Generation {}
        || origin.trials < trialWindow + origin.answers;
    return mayTry && origin.active < std::max(httpsWindow, http1);
}

void RequestQueue::enqueue(OriginId origin, Turn turn, AuthReply *reply)
{
    if (at(origin).waiting.emplace(turn, reply).second)
        ++m_queued;
}

bool RequestQueue::remove(OriginId origin, Turn turn)
{
    if (at(origin).waiting.erase(turn) == 0)
        return false;
    --m_queued;
    return true;
}

AuthReply *RequestQueue::next() const
{
    const Origin *first = nullptr;
    for (const Origin &origin : m_origins) {
        if (origin.waiting.empty() || !hasRoom(origin))
            continue;
        if (first == nullptr || origin.waiting.begin()->first < first->waiting.begin()->first)
            first = &origin;
    }
    return first ? first->waiting.begin()->second : nullptr;
}

void RequestQueue::started(OriginId origin)
{
    ++at(origin).active;
    ++m_active;
}

void RequestQueue::finished(OriginId origin)
{
    --at(origin).active;
    --m_active;
}

void RequestQueue::noteHttp2(OriginId origin)
{
    at(origin).isHttp2 = true;
}

bool RequestQueue::usesHttp2(OriginId origin) const
{
    return at(origin).isHttp2 && !at(origin).isHttp1;
}

void RequestQueue::giveUp(OriginId origin, ConnectionId connection)
{
    if (at(origin).connection == connection)
        at(origin).connection = ConnectionId(int(connection) + 1);
}

bool RequestQueue::mayUseHttp2(OriginId origin) const
{
    return at(origin).mayBeHttp2 && !at(origin).isHttp1;
}

void RequestQueue::beginTrial(OriginId origin, Generation generation, std::chrono::nanoseconds now)
{
    Origin &tried = at(origin);
    const bool isOther = std::exchange(tried.generation, generation) != generation;
    if (isOther)
        tried.trials = 0;
    if (isOther || tried.heardAt + proofLasts < now) {
        tried.isProven = false;
        tried.answers = 0;
    }
    ++tried.trials;
}

void RequestQueue::endTrial(OriginId origin, Generation generation)
{
    if (at(origin).generation == generation)
        --at(origin).trials;
}

bool RequestQueue::proved(OriginId origin, Generation generation, std::chrono::nanoseconds now)
{
    Origin &proven = at(origin);
    if (proven.generation != generation)
        return false;
    proven.heardAt = now;
    return !std::exchange(proven.isProven, true);
}

void RequestQueue::answered(OriginId origin, Generation generation, std::chrono::nanoseconds now)
{
    Origin &heard = at(origin);
    if (heard.generation != generation)
        return;
    heard.heardAt = now;
    ++heard.answers;
}

QList<AuthReply *> RequestQueue::queued() const
{
    std::map<Turn, AuthReply *> all;
    for (const Origin &origin : m_origins)
        all.insert(origin.waiting.begin(), origin.waiting.end());
    QList<AuthReply *> replies;
    replies.reserve(static_cast<qsizetype>(all.size()));
    for (const auto &entry : all)
        replies.append(entry.second);
    return replies;
}

} // namespace authcore
