#include "authcore/exchange/httpthread.h"

#include "authcore/system/clock.h"

#include <QtCore/QThread>
#include <QtNetwork/QNetworkAccessManager>

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

namespace authcore {

namespace {

//! Where the thread leaves an answer and the caller finds it.
struct Mailbox
{
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<HttpAnswer> answer;
    QObject *hearer = nullptr; //!< lives in the caller's thread; null: nobody hears any more

    [[nodiscard]] bool isHeard()
    {
        const std::scoped_lock lock(mutex);
        return hearer != nullptr;
    }
};

//! Lives in the thread, with its manager and the requests that are under way.
class Desk : public QObject
{
public:
    Desk(HttpThread::MakeHttp makeHttp, const Clock &clock)
        : m_makeHttp(std::move(makeHttp))
        , m_clock(clock)
    {
    }

    void open() { m_http = m_makeHttp(); }
    void close()
    {
        m_collectors.clear();
        m_http.reset();
    }

    void send(std::uint64_t number, const EndpointRequest &request, HttpSending::Then then)
    {
        m_collectors[number] = std::make_unique<HttpCollector>(*m_http, m_clock, request,
            [this, number, then = std::move(then)](const HttpAnswer &answer) {
                const auto self = m_collectors.extract(number); // destroyed after `then`
                then(answer);
            });
    }
    void giveUp(std::uint64_t number)
    {
        if (const auto found = m_collectors.find(number); found != m_collectors.end())
            found->second->giveUp();
    }
    void cancel(std::uint64_t number) { m_collectors.erase(number); }

private:
    HttpThread::MakeHttp m_makeHttp;
    const Clock &m_clock;
    std::unique_ptr<QNetworkAccessManager> m_http;
    std::map<std::uint64_t, std::unique_ptr<HttpCollector>> m_collectors;
};

template <typename Work>
void post(QObject &receiver, Work work)
{
    QMetaObject::invokeMethod(&receiver, std::move(work), Qt::QueuedConnection);
}

//! One request, as its caller sees it.
class Errand : public QObject, public HttpSending
{
public:
    Errand(Desk &desk, std::uint64_t number, const EndpointRequest &request, Then then)
        : m_desk(desk)
        , m_number(number)
        , m_then(std::move(then))
    {
        m_mailbox->hearer = this;
        post(desk, [this, &desk, number, request, mailbox = m_mailbox] {
            if (!mailbox->isHeard())
                return;
            desk.send(number, request, [this, mailbox](const HttpAnswer &answer) {
                const std::scoped_lock lock(mailbox->mutex);
                mailbox->answer = answer;
                mailbox->arrived.notify_all();
                if (mailbox->hearer) // so `this` lives
                    post(*mailbox->hearer, [this] { hear(); });
            });
        });
    }
    ~Errand() override
    {
        {
            const std::scoped_lock lock(m_mailbox->mutex);
            m_mailbox->hearer = nullptr;
        }
        post(m_desk, [&desk = m_desk, number = m_number] { desk.cancel(number); });
    }
    Errand(const Errand &) = delete;
    Errand &operator=(const Errand &) = delete;

    void giveUp() override
    {
        post(m_desk, [&desk = m_desk, number = m_number] { desk.giveUp(number); });
    }
    [[nodiscard]] std::optional<HttpAnswer> waitFor(std::chrono::milliseconds patience) override
    {
        std::unique_lock lock(m_mailbox->mutex);
        m_mailbox->arrived.wait_for(
            lock, patience, [this] { return m_mailbox->answer.has_value(); });
        return m_mailbox->answer;
    }

private:
    void hear()
    {
        const auto last = std::exchange(m_then, nullptr);
        const HttpAnswer answer = *m_mailbox->answer; // nobody writes it any more
        last(answer); // may destroy this
    }

    Desk &m_desk;
    std::uint64_t m_number;
    Then m_then;
    std::shared_ptr<Mailbox> m_mailbox = std::make_shared<Mailbox>();
};

} // namespace

class HttpThread::Runner : public QThread
{
public:
    Runner(MakeHttp makeHttp, const Clock &clock)
        : m_desk(std::move(makeHttp), clock)
    {
        m_desk.moveToThread(this);
    }
    ~Runner() override
    {
        quit();
        wait();
    }
    Runner(const Runner &) = delete;
    Runner &operator=(const Runner &) = delete;

    [[nodiscard]] std::unique_ptr<HttpSending> send(
        const EndpointRequest &request, HttpSending::Then then)
    {
        if (!isRunning())
            start();
        return std::make_unique<Errand>(m_desk, ++m_lastNumber, request, std::move(then));
    }

protected:
    void run() override
    {
        m_desk.open();
        exec();
        m_desk.close();
    }

private:
    Desk m_desk;
    std::uint64_t m_lastNumber = 0;
};

HttpThread::HttpThread(MakeHttp makeHttp, const Clock &clock)
    : m_runner(std::make_unique<Runner>(std::move(makeHttp), clock))
{
}

HttpThread::~HttpThread() = default;

std::unique_ptr<HttpSending> HttpThread::send(
    const EndpointRequest &request, HttpSending::Then then)
{
    return m_runner->send(request, std::move(then));
}

} // namespace authcore
