#include "authcore/demobackend/pathscript.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace demobackend {

namespace {

constexpr std::size_t remembered = 10000;
constexpr qsizetype keptUnwatched = 65536;

} // namespace

void PathScript::watch()
{
    const std::scoped_lock lock(m_mutex);
    m_watched = true;
}

qsizetype PathScript::keptBodySize() const
{
    const std::scoped_lock lock(m_mutex);
    return m_watched ? std::numeric_limits<qsizetype>::max() : keptUnwatched;
}

void PathScript::arrive(const Request &request)
{
    const std::scoped_lock lock(m_mutex);
    ++m_arrivedCount;
    if (m_arrived.size() < remembered)
        m_arrived.push_back(request);
}

bool PathScript::pass(Gate gate, const std::stop_token &stopping)
{
    std::unique_lock lock(m_mutex);
    if (m_closed != gate)
        return true;
    const auto ticket = m_nextTicket++;
    return m_changed.wait(lock, stopping, [this, ticket] { return ticket < m_firstHeld; });
}

std::optional<Reply> PathScript::nextReply()
{
    const std::scoped_lock lock(m_mutex);
    if (m_queued.empty())
        return m_standing;
    auto reply = std::move(m_queued.front());
    m_queued.pop_front();
    return reply;
}

void PathScript::close(Gate gate)
{
    const std::scoped_lock lock(m_mutex);
    m_closed = gate;
}

void PathScript::open()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closed = Gate::None;
        m_firstHeld = m_nextTicket;
    }
    m_changed.notify_all();
}

void PathScript::release(int count)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_firstHeld = std::min(m_nextTicket, m_firstHeld + std::uint64_t(std::max(count, 0)));
    }
    m_changed.notify_all();
}

void PathScript::queue(const Reply &reply, int times)
{
    const std::scoped_lock lock(m_mutex);
    m_queued.insert(m_queued.end(), std::size_t(std::max(times, 0)), reply);
}

void PathScript::standing(Reply reply)
{
    const std::scoped_lock lock(m_mutex);
    m_standing = std::move(reply);
}

void PathScript::clear()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_queued.clear();
        m_standing.reset();
    }
    open();
}

int PathScript::heldCount() const
{
    const std::scoped_lock lock(m_mutex);
    return int(m_nextTicket - m_firstHeld);
}

int PathScript::arrivedCount() const
{
    const std::scoped_lock lock(m_mutex);
    return m_arrivedCount;
}

Request PathScript::arrived(int index) const
{
    const std::scoped_lock lock(m_mutex);
    const bool isKnown = index >= 0 && std::size_t(index) < m_arrived.size();
    return isKnown ? m_arrived[std::size_t(index)] : Request();
}

} // namespace demobackend
