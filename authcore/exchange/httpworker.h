#pragma once

#include "authcore/exchange/httpcollector.h"
#include "authcore/exchange/httpmanagers.h"

#include <QtCore/QObject>

#include <cstdint>
#include <map>
#include <memory>

namespace authcore {

//! The requests that are under way in the thread of an HttpThread, and their managers.
//!
//! Lifetime: a part of its HttpThread; `clock` outlives it.
//! Thread:   all functions but the constructor are called in that thread.
class HttpWorker : public QObject
{
public:
    HttpWorker(HttpManagers::MakeHttp makeHttp, const Clock &clock);
    ~HttpWorker() override;

    void close(); //!< aborts what is under way and destroys the managers
    void setSettings(const NetworkSettings &settings); //!< see HttpManagers::setSettings()

    //! Sends `request` as number `number`; `then` is called with its answer.
    void send(std::uint64_t number, const EndpointRequest &request, HttpSending::Then then);
    void giveUp(std::uint64_t number); //!< see HttpSending::giveUp()
    void cancel(std::uint64_t number); //!< aborts the request, without an answer

private:
    HttpManagers m_http;
    const Clock &m_clock;
    std::map<std::uint64_t, std::unique_ptr<HttpCollector>> m_collectors;
};

} // namespace authcore
