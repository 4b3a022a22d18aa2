#pragma once

#include "authcore/protocol/endpointrequest.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QList>
#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

class QNetworkAccessManager;

namespace authcore {

class Clock;

//! What came back for one request, as it was on the wire. Nothing of it is judged here.
struct HttpAnswer
{
    //! How it ended.
    enum class End {
        Whole, //!< the answer is complete, as far as its framing tells
        Broken, //!< no connection, or it ended before the answer was complete
        TooLarge, //!< more than HttpExchange::largestAnswer was to come
        TimedOut, //!< the answer was not complete in time
    };

    End end = End::Broken; //!< to branch on
    int status = 0; //!< 0: no status line came
    QList<std::pair<QByteArray, QByteArray>> headers = {}; //!< as Qt has them
    QByteArrayList setCookies = {}; //!< the Set-Cookie headers, one each
    QByteArray body = {}; //!< what came of it, whatever the end
    QString reason = {}; //!< Broken: what Qt says of it; no URL
    std::chrono::sys_seconds receivedAt = {}; //!< local clock

    //! Empty: there is none.
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
};

//! Sends one request and collects what comes back: the half of EndpointExchange that needs a
//! network.
//!
//! A body leaves from a sequential device, since Qt would send a buffered one a second time by
//! itself. Qt reads little more of an answer than is taken here, so one that never ends costs not
//! much more than `largestAnswer`; only a 401 is read by Qt to its end before anybody sees it.
//! Lifetime: `http` and `clock` outlive this; destroying it aborts, silently. One use.
//! Thread:   its own; `then` is never called inside send(), and exactly once. It may delete this.
//! Units:    `timeout` bounds the whole exchange, slow bodies included.
class HttpExchange : public QObject
{
    Q_OBJECT

public:
    using Then = std::function<void(const HttpAnswer &)>;
    static constexpr qsizetype largestAnswer = qsizetype {1024} * 1024; //!< bytes of a body

    HttpExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent = nullptr);
    ~HttpExchange() override;

    void send(const EndpointRequest &request, std::chrono::milliseconds timeout, Then then);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace authcore
