#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <chrono>
#include <utility>
#include <vector>

namespace httpserver {

using Header = std::pair<QByteArray, QByteArray>;
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

//! One request as it arrived. Header names are in lower case; header values are not decoded.
struct Request
{
    QByteArray method;
    QByteArray target; //!< path as sent, without the query, so that a transcript may show it
    QByteArray query; //!< as sent, without the '?'; may hold secrets
    QString path; //!< decoded
    std::vector<Header> headers;
    QByteArray body; //!< empty when it was longer than Responder::keptBodySize()
    qint64 bodySize = 0; //!< also of a body that is not kept
    QByteArray bodySha256; //!< in hex

    [[nodiscard]] QByteArray header(
        QByteArrayView name) const; //!< the first of that name; empty: none
};

//! Reads the request line and the header lines of a request.
[[nodiscard]] Request parseHead(QByteArrayView head);

//! How a reply is sent.
enum class Delivery {
    Whole,
    HalfBody, //!< headers, half of the body, then the connection closes
    ByteByByte, //!< the body takes about two seconds
    Dropped, //!< the connection closes before the status line
};

//! One reply and the way in which it is sent.
struct Reply
{
    int status = 200;
    std::vector<Header> headers;
    QByteArray body;
    Delivery delivery = Delivery::Whole;
};

//! An HTTP date, RFC 9110 section 5.6.7.
[[nodiscard]] QByteArray httpDate(Instant when);

} // namespace httpserver
