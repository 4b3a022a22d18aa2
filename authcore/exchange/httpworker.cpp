#include "authcore/exchange/httpworker.h"

#include "authcore/system/clock.h"

#include <utility>

namespace authcore {

HttpWorker::HttpWorker(HttpManagers::MakeHttp makeHttp, const Clock &clock)
    : m_http(std::move(makeHttp))
    , m_clock(clock)
{
}

HttpWorker::~HttpWorker() = default;

void HttpWorker::close()
{
    m_collectors.clear();
    m_http.clear();
}

void HttpWorker::setSettings(const NetworkSettings &settings)
{
    m_http.setSettings(settings);
}

void HttpWorker::send(std::uint64_t number, const EndpointRequest &request, HttpSending::Then then)
{
    m_collectors[number] = std::make_unique<HttpCollector>(
        m_http, m_clock, request, [this, number, then = std::move(then)](const HttpAnswer &answer) {
            const auto self = m_collectors.extract(number); // destroyed after `then`
            then(answer);
        });
}

void HttpWorker::giveUp(std::uint64_t number)
{
    if (const auto found = m_collectors.find(number); found != m_collectors.end())
        found->second->giveUp();
}

void HttpWorker::cancel(std::uint64_t number)
{
    m_collectors.erase(number);
}

} // namespace authcore
