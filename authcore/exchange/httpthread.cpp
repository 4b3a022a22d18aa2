#include "authcore/exchange/httpthread.h"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace authcore {

namespace {

//! The answer to one request, which the thread writes and the caller reads.
struct SharedAnswer
{
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<HttpAnswer> answer;
    QObject *receiver = nullptr; //!< lives in the caller's thread; null: it was destroyed

    [[nodiscard]] bool hasReceiver()
    {
        const std::scoped_lock lock(mutex);
        return receiver != nullptr;
    }
};

template <typename Work>
void post(QObject &receiver, Work work)
{
    QMetaObject::invokeMethod(&receiver, std::move(work), Qt::QueuedConnection);
}

//! A request that another thread sends, as the caller's thread sees it.
class ThreadedSending : public QObject, public HttpSending
{
public:
    ThreadedSending(
        HttpWorker &worker, std::uint64_t number, const EndpointRequest &request, Then then)
        : m_worker(worker)
        , m_number(number)
        , m_then(std::move(then))
    {
        m_shared->receiver = this;
        post(worker, [this, &worker, number, request, shared = m_shared] {
            if (!shared->hasReceiver())
                return;
            worker.send(number, request, [this, shared](const HttpAnswer &answer) {
                const std::scoped_lock lock(shared->mutex);
                shared->answer = answer;
                shared->arrived.notify_all();
                if (shared->receiver) // so `this` lives
                    post(*shared->receiver, [this] { deliver(); });
            });
        });
    }
    ~ThreadedSending() override
    {
        {
            const std::scoped_lock lock(m_shared->mutex);
            m_shared->receiver = nullptr;
        }
        post(m_worker, [&worker = m_worker, number = m_number] { worker.cancel(number); });
    }
    ThreadedSending(const ThreadedSending &) = delete;
    ThreadedSending &operator=(const ThreadedSending &) = delete;

    void giveUp() override
    {
        post(m_worker, [&worker = m_worker, number = m_number] { worker.giveUp(number); });
    }
    [[nodiscard]] std::optional<HttpAnswer> waitFor(std::chrono::milliseconds patience) override
    {
        std::unique_lock lock(m_shared->mutex);
        m_shared->arrived.wait_for(lock, patience, [this] { return m_shared->answer.has_value(); });
        return m_shared->answer;
    }

private:
    void deliver()
    {
        const auto last = std::exchange(m_then, nullptr);
        const HttpAnswer answer = *m_shared->answer; // nobody writes it any more
        last(answer); // may destroy this
    }

    HttpWorker &m_worker;
    std::uint64_t m_number;
    Then m_then;
    std::shared_ptr<SharedAnswer> m_shared = std::make_shared<SharedAnswer>();
};

} // namespace

HttpThread::HttpThread(HttpManagers::MakeHttp makeHttp, const Clock &clock)
    : m_worker(std::move(makeHttp), clock)
{
    m_worker.moveToThread(this);
}

HttpThread::~HttpThread()
{
    quit();
    wait();
}

void HttpThread::setSettings(const NetworkSettings &settings)
{
    post(m_worker, [&worker = m_worker, settings] { worker.setSettings(settings); });
}

std::unique_ptr<HttpSending> HttpThread::send(
    const EndpointRequest &request, HttpSending::Then then)
{
    if (!isRunning())
        start();
    return std::make_unique<ThreadedSending>(m_worker, ++m_lastNumber, request, std::move(then));
}

void HttpThread::run()
{
    exec();
    m_worker.close();
}

} // namespace authcore
