#pragma once

#include "authcore/exchange/httpcollector.h"

#include <QtCore/QObject>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

class QNetworkAccessManager;

namespace authcore {

//! The requests that are under way in the thread of an HttpThread, and their manager.
//!
//! Lifetime: a part of its HttpThread; `clock` outlives it.
//! Thread:   all functions but the constructor are called in that thread.
class HttpWorker : public QObject
{
public:
    using MakeHttp = std::function<std::unique_ptr<QNetworkAccessManager>()>;

    HttpWorker(MakeHttp makeHttp, const Clock &clock);
    ~HttpWorker() override;

    void open(); //!< creates the manager
    void close(); //!< aborts what is under way and destroys the manager

    //! Sends `request` as number `number`; `then` is called with its answer.
    void send(std::uint64_t number, const EndpointRequest &request, HttpSending::Then then);
    void giveUp(std::uint64_t number); //!< see HttpSending::giveUp()
    void cancel(std::uint64_t number); //!< aborts the request, without an answer

private:
    MakeHttp m_makeHttp;
    const Clock &m_clock;
    std::unique_ptr<QNetworkAccessManager> m_http;
    std::map<std::uint64_t, std::unique_ptr<HttpCollector>> m_collectors;
};

} // namespace authcore
