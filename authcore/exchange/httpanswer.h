#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <utility>

namespace authcore {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>; //!< names and values

//! The value of the header; empty: there is none.
[[nodiscard]] QByteArray headerIn(const HttpHeaders &headers, QByteArrayView name);

//! The answer to one request as it was on the wire.
struct HttpAnswer
{
    //! How it ended.
    enum class End {
        Whole, //!< the answer is complete, as far as its framing tells
        Broken, //!< no connection, or it ended before the answer was complete
        TooLarge, //!< more than `largestBody` was to come
        TimedOut, //!< the answer was not complete in time
    };
    static constexpr qsizetype largestBody = qsizetype {1024} * 1024; //!< bytes

    End end = End::Broken; //!< to branch on
    int status = 0; //!< 0: no status line came
    HttpHeaders headers = {}; //!< as Qt reports them
    QByteArrayList setCookies = {}; //!< the Set-Cookie headers, one each
    QByteArray body = {}; //!< the part that arrived, whatever the end
    QString reason = {}; //!< Broken: Qt's text, without a URL
    std::chrono::sys_seconds receivedAt = {}; //!< local clock

    [[nodiscard]] QByteArray header(QByteArrayView name) const { return headerIn(headers, name); }
};

} // namespace authcore
