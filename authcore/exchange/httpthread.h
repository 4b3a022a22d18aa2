#pragma once

#include "authcore/exchange/httpcollector.h"

#include <functional>
#include <memory>

class QNetworkAccessManager;

namespace authcore {

//! Sends requests from a thread of its own, with a manager of its own, so that answers arrive while
//! the caller's thread blocks or its event loop has ended.
//!
//! The thread starts with the first request.
//! Lifetime: `clock` outlives this, this outlives what it sends. The destructor aborts what is
//!           under way and ends the thread; it waits for no event loop but the thread's own. Qt
//!           delivers nothing to any thread once QCoreApplication is gone: then no answer comes.
//! Thread:   that of its caller, one at a time.
class HttpThread
{
public:
    //! Called on the new thread.
    using MakeHttp = std::function<std::unique_ptr<QNetworkAccessManager>()>;

    HttpThread(MakeHttp makeHttp, const Clock &clock);
    ~HttpThread();
    HttpThread(const HttpThread &) = delete;
    HttpThread &operator=(const HttpThread &) = delete;

    //! `then` is called by the event loop of the calling thread, while what is returned lives, and
    //! may destroy it.
    [[nodiscard]] std::unique_ptr<HttpSending> send(
        const EndpointRequest &request, HttpSending::Then then);

private:
    class Runner;
    std::unique_ptr<Runner> m_runner;
};

} // namespace authcore
