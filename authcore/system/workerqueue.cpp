#include "authcore/system/workerqueue.h"

#include <set>
#include <utility>

namespace authcore {

//! The queues that are not destroyed when the program ends: their threads would go on while static
//! objects that they use are destroyed.
class WorkerQueue::Living
{
public:
    Living() = default;
    ~Living()
    {
        const std::lock_guard guard(m_mutex);
        for (WorkerQueue *queue : m_queues)
            queue->finish();
    }
    Living(const Living &) = delete;
    Living &operator=(const Living &) = delete;

    void add(WorkerQueue *queue)
    {
        const std::lock_guard guard(m_mutex);
        m_queues.insert(queue);
    }
    void remove(WorkerQueue *queue)
    {
        const std::lock_guard guard(m_mutex);
        m_queues.erase(queue);
    }

private:
    std::mutex m_mutex;
    std::set<WorkerQueue *> m_queues;
};

WorkerQueue::Living &WorkerQueue::living()
{
    static Living queues;
    return queues;
}

WorkerQueue::WorkerQueue()
{
    living().add(this);
}

WorkerQueue::~WorkerQueue()
{
    living().remove(this);
    finish();
}

void WorkerQueue::finish()
{
    {
        const std::lock_guard guard(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void WorkerQueue::begin(std::function<void()> operation)
{
    {
        const std::lock_guard guard(m_mutex);
        m_operations.push_back(std::move(operation));
        ++m_begun;
    }
    m_changed.notify_all();
}

bool WorkerQueue::wait(std::chrono::milliseconds patience)
{
    std::unique_lock guard(m_mutex);
    return m_changed.wait_for(
        guard, patience, [this, wanted = m_begun] { return m_done >= wanted; });
}

void WorkerQueue::work()
{
    std::unique_lock guard(m_mutex);
    while (true) {
        m_changed.wait(guard, [this] { return m_isEnding || !m_operations.empty(); });
        if (m_operations.empty())
            return;
        auto operation = std::move(m_operations.front());
        m_operations.pop_front();
        guard.unlock();
        operation();
        operation = nullptr; // its captures are destroyed before it counts as done
        guard.lock();
        ++m_done;
        m_changed.notify_all();
    }
}

} // namespace authcore
