#include "authcore/exchange/httpexchange.h"

#include "authcore/exchange/httpcollector.h"
#include "authcore/exchange/httpthread.h"
#include "authcore/system/deadline.h"

#include <utility>

namespace authcore {

struct HttpExchange::Private
{
    using Send =
        std::function<std::unique_ptr<HttpSending>(const EndpointRequest &, HttpSending::Then)>;

    Send send;
    Clock &clock;
    Then then = {}; //!< empty: nothing was sent, or all is over
    std::unique_ptr<HttpSending> sending = {};
    std::unique_ptr<Clock::Timer> deadline = {};

    //! The last thing that happens here: `then` may delete the exchange.
    void finish(const HttpAnswer &answer)
    {
        deadline.reset();
        const auto last = std::exchange(then, nullptr);
        last(answer);
    }
};

HttpExchange::HttpExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {[&http, &clock](const EndpointRequest &request, HttpSending::Then then) {
                         return std::make_unique<HttpCollector>(
                             http, clock, request, std::move(then));
                     },
          clock})
{
}

HttpExchange::HttpExchange(HttpThread &thread, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {[&thread](const EndpointRequest &request, HttpSending::Then then) {
                         return thread.send(request, std::move(then));
                     },
          clock})
{
}

HttpExchange::~HttpExchange() = default;

void HttpExchange::send(
    const EndpointRequest &request, std::chrono::milliseconds timeout, Then then)
{
    Q_ASSERT_X(!d->sending, "HttpExchange", "one use only");
    d->then = std::move(then);
    d->sending = d->send(request, [this](const HttpAnswer &answer) { d->finish(answer); });
    d->deadline = std::make_unique<Deadline>(d->clock, timeout, [this] { d->sending->giveUp(); });
}

std::optional<HttpAnswer> HttpExchange::waitFor(std::chrono::milliseconds patience)
{
    return d->sending ? d->sending->waitFor(patience) : std::nullopt;
}

} // namespace authcore
