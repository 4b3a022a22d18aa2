#pragma once

#include "authcore/exchange/httpcollector.h"
#include "authcore/system/clock.h"

#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace authcore {

class HttpManagers;
class HttpThread;

//! Sends one request and collects its answer: the half of EndpointExchange that needs a network.
//!
//! A body is sent from a sequential device, since Qt would send a buffered one a second time by
//! itself. Qt reads little more of an answer than is collected, so an answer that never ends takes
//! not much more memory than HttpAnswer::largestBody. Only a 401 is read to its end by Qt before it
//! is shown.
//! Lifetime: `http` or `thread`, and `clock`, outlive this; destroying it aborts. One use.
//! Thread:   its own; `then` is never called inside send(), and exactly once. It may delete this.
//! Units:    `timeout` bounds the whole exchange, slow bodies included; see Deadline.
class HttpExchange : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const HttpAnswer &)>;

    //! Sends in its own thread.
    HttpExchange(HttpManagers &http, Clock &clock, QObject *parent = nullptr);
    //! Sends in the thread of `thread`; `clock` is used in this one.
    HttpExchange(HttpThread &thread, Clock &clock, QObject *parent = nullptr);
    ~HttpExchange() override;

    void send(const EndpointRequest &request, std::chrono::milliseconds timeout, Then then);
    //! See HttpSending::waitFor().
    [[nodiscard]] std::optional<HttpAnswer> waitFor(std::chrono::milliseconds patience);

private:
    using Send =
        std::function<std::unique_ptr<HttpSending>(const EndpointRequest &, HttpSending::Then)>;

    void finish(const HttpAnswer &answer);

    Send m_send;
    Clock &m_clock;
    Then m_then; //!< empty: nothing was sent, or all is over
    std::unique_ptr<HttpSending> m_sending;
    std::unique_ptr<Clock::Timer> m_deadline;
};

} // namespace authcore
