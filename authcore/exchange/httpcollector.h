#pragma once

#include "authcore/exchange/endpointrequest.h"
#include "authcore/exchange/httpanswer.h"

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtNetwork/QSslError>

#include <chrono>
#include <functional>
#include <optional>

class QNetworkReply;

namespace authcore {

class Clock;
class HttpManagers;

//! One request that is under way; destroying this aborts it, without a call.
class HttpSending
{
public:
    using Then = std::function<void(const HttpAnswer &)>;

    HttpSending() = default;
    virtual ~HttpSending() = default;
    HttpSending(const HttpSending &) = delete;
    HttpSending &operator=(const HttpSending &) = delete;

    //! Ends the request with TimedOut and the part that has arrived, unless it has ended already.
    virtual void giveUp() = 0;
    //! Blocks until the answer has arrived, at most for `patience`. Empty: it has not, or only the
    //! event loop of this thread could receive it.
    [[nodiscard]] virtual std::optional<HttpAnswer> waitFor(std::chrono::milliseconds patience) = 0;
};

//! Sends one request from the event loop and collects its answer, in the thread of its managers.
//!
//! A body leaves from a sequential device, since Qt would send a buffered one a second time by
//! itself.
//! Lifetime: `http` and `clock` outlive this.
//! Thread:   that of `http`; `then` is never called inside the constructor, and exactly once. It may
//!           destroy this.
class HttpCollector : public QObject, public HttpSending
{
    Q_OBJECT

public:
    HttpCollector(
        HttpManagers &http, const Clock &clock, const EndpointRequest &request, Then then);
    ~HttpCollector() override;

    void giveUp() override;
    [[nodiscard]] std::optional<HttpAnswer> waitFor(std::chrono::milliseconds patience) override;

private:
    void begin(HttpManagers &http, EndpointRequest request);
    void take();
    void takeWhatIsHere();
    void finish(HttpAnswer::End end);

    const Clock &m_clock;
    Then m_then; //!< empty: all is over
    QNetworkReply *m_reply = nullptr; //!< null: not sent yet, or all is over
    HttpAnswer m_answer;
    QList<QSslError> m_tlsErrors; //!< why the server's certificate was not accepted
};

} // namespace authcore
