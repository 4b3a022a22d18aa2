#pragma once

#include "authcore/exchange/endpointanswer.h"
#include "authcore/exchange/httpexchange.h"
#include "authcore/exchange/tokengrant.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <optional>

namespace authcore {

class Clock;
class HttpManagers;
class HttpThread;

//! Sends one request to an endpoint of the authorization server and collects the whole answer.
//!
//! No redirect is followed, and at most 1 MiB of the answer is read. HttpExchange sends and
//! collects, readHttpAnswer() reads.
//! Lifetime: `http` and `clock` outlive this; destroying it aborts, without a call. One use.
//! Thread:   its own; `then` is never called inside post() or get(), and exactly once. It may
//!           delete this.
//! Units:    `timeout` bounds the whole exchange, slow bodies included.
//! Errors:   Refused, and those of readHttpAnswer(): there is no answer.
class EndpointExchange : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const EndpointResult &)>;

    EndpointExchange(HttpManagers &http, Clock &clock, QObject *parent = nullptr);
    //! Sends in another thread.
    EndpointExchange(HttpThread &thread, Clock &clock, QObject *parent = nullptr);
    ~EndpointExchange() override;

    //! Sends `request` with `grant` filled in.
    void post(const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant,
        std::chrono::milliseconds timeout, Then then);
    //! Asks for a JSON document. The profile says only whether plain http is allowed.
    void get(const BackendProfile &profile, const QUrl &url, std::chrono::milliseconds timeout,
        Then then);
    //! What was sent, and what has come so far. After the result it is also in that.
    [[nodiscard]] EndpointTry tried() const;
    //! The result, if it comes within `patience`. See HttpSending::waitFor().
    [[nodiscard]] std::optional<EndpointResult> waitFor(std::chrono::milliseconds patience);

private:
    [[nodiscard]] bool isAllowed(const BackendProfile &profile, const QUrl &url, const Then &then);
    void refuse(const TokenError &error, const Then &then);
    void send(const EndpointRequest &request, std::chrono::milliseconds timeout, Then then);
    [[nodiscard]] EndpointResult read(const HttpAnswer &answer);
    [[nodiscard]] std::chrono::milliseconds sinceSending() const;

    Clock &m_clock;
    HttpExchange m_exchange;
    QUrl m_url; //!< of the request that was sent
    QString m_errorPointer; //!< TokenAnswer::error
    QByteArrayList m_secrets; //!< that the request carries
    std::chrono::nanoseconds m_sentAt {}; //!< monotonic
    EndpointTry m_tried;
    bool m_isOver = false; //!< m_tried is complete
};

} // namespace authcore
