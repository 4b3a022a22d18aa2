#include "authcore/httpserver/workers.h"

#include <system_error>
#include <utility>

namespace httpserver {

Workers::~Workers()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_all();
    for (auto &thread : m_threads)
        thread.join();
}

void Workers::run(std::function<void()> job)
{
    const std::scoped_lock lock(m_mutex);
    m_jobs.push_back(std::move(job));
    if (m_idle >= m_jobs.size()) {
        m_wake.notify_one();
        return;
    }
    try {
        m_threads.emplace_back([this] { work(); });
    } catch (const std::system_error &) {
        // The system allows no further thread: the job waits for an idle one.
    }
}

void Workers::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        ++m_idle;
        m_wake.wait(lock, [this] { return m_ending || !m_jobs.empty(); });
        --m_idle;
        if (m_jobs.empty())
            return;
        const auto job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

} // namespace httpserver
