#pragma once

#include "authcore/exchange/httpworker.h"

#include <QtCore/QThread>

#include <cstdint>
#include <memory>

namespace authcore {

//! Sends requests from a thread of its own, with managers of its own, so that answers arrive while
//! the caller's thread blocks or its event loop has ended.
//!
//! The thread starts with the first request.
//! Lifetime: `clock` outlives this, this outlives what it sends. The destructor aborts what is
//!           under way and ends the thread; it waits for no event loop but the thread's own. Once
//!           QCoreApplication is gone, Qt delivers nothing to any thread, so no answer comes.
//! Thread:   that of its caller, one at a time.
class HttpThread : private QThread
{
public:
    //! `makeHttp` is called on the new thread.
    HttpThread(HttpManagers::MakeHttp makeHttp, const Clock &clock);
    ~HttpThread() override;
    HttpThread(const HttpThread &) = delete;
    HttpThread &operator=(const HttpThread &) = delete;

    void setSettings(const NetworkSettings &settings); //!< for requests from now on

    //! `then` is called by the event loop of the calling thread while the returned object lives,
    //! and may destroy that object.
    [[nodiscard]] std::unique_ptr<HttpSending> send(
        const EndpointRequest &request, HttpSending::Then then);

protected:
    void run() override;

private:
    HttpWorker m_worker;
    std::uint64_t m_lastNumber = 0;
};

} // namespace authcore
