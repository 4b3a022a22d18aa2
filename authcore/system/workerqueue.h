#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace authcore {

//! Runs operations one after the other, on a thread of its own.
//!
//! It needs no event loop: it works before QCoreApplication is there, after it is gone, and while
//! the thread that uses it does not return to its loop.
//! Lifetime: the destructor waits until all operations have run, and so does std::exit(), which
//!           destroys no object of main(). Static objects that operations use must be created
//!           before the first WorkerQueue, so that they are destroyed later.
//! Thread:   any.
class WorkerQueue
{
public:
    WorkerQueue();
    ~WorkerQueue();
    WorkerQueue(const WorkerQueue &) = delete;
    WorkerQueue &operator=(const WorkerQueue &) = delete;

    void begin(std::function<void()> operation);
    //! Blocks until all operations that were begun before the call have run. False: not in that
    //! time.
    [[nodiscard]] bool wait(std::chrono::milliseconds patience);

private:
    class Living;
    [[nodiscard]] static Living &living();
    void finish();
    void work();

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_operations;
    std::uint64_t m_begun = 0;
    std::uint64_t m_done = 0;
    bool m_isEnding = false;
    std::thread m_thread {[this] { work(); }}; //!< the last member: it uses the others
};

} // namespace authcore
