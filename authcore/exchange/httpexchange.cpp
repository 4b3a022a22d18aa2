#include "authcore/exchange/httpexchange.h"

#include "authcore/exchange/httpthread.h"
#include "authcore/system/deadline.h"

#include <utility>

namespace authcore {

HttpExchange::HttpExchange(HttpManagers &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_send([&http, &clock](const EndpointRequest &request, HttpSending::Then then) {
        return std::make_unique<HttpCollector>(http, clock, request, std::move(then));
    })
    , m_clock(clock)
{
}

HttpExchange::HttpExchange(HttpThread &thread, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_send([&thread](const EndpointRequest &request, HttpSending::Then then) {
        return thread.send(request, std::move(then));
    })
    , m_clock(clock)
{
}

HttpExchange::~HttpExchange() = default;

void HttpExchange::send(
    const EndpointRequest &request, std::chrono::milliseconds timeout, Then then)
{
    Q_ASSERT_X(!m_sending, "HttpExchange", "one use only");
    m_then = std::move(then);
    m_sending = m_send(request, [this](const HttpAnswer &answer) { finish(answer); });
    m_deadline = std::make_unique<Deadline>(m_clock, timeout, [this] { m_sending->giveUp(); });
}

// `then` may delete this, so it is called last.
void HttpExchange::finish(const HttpAnswer &answer)
{
    m_deadline.reset();
    const auto last = std::exchange(m_then, nullptr);
    last(answer);
}

std::optional<HttpAnswer> HttpExchange::waitFor(std::chrono::milliseconds patience)
{
    return m_sending ? m_sending->waitFor(patience) : std::nullopt;
}

} // namespace authcore
