#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayList>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <optional>
#include <utility>

namespace authcore::lab {

//! One request and its answer, as they were on the wire.
//!
//! Secrets:  all that was sent and came. MaskedExchange is for people.
struct SeenExchange
{
    using Headers = QList<std::pair<QByteArray, QByteArray>>;

    QByteArray method; //!< "POST"; empty: nothing was sent
    QUrl url;
    Headers headers; //!< of the request, as far as they were set here
    QByteArray body; //!< of the request
    std::optional<int> status; //!< empty: no answer
    Headers answerHeaders;
    QByteArrayList setCookies; //!< the Set-Cookie headers, one each
    QByteArray answerBody; //!< up to 1 MiB
    QString failure; //!< why there is no answer, for people; empty: there is one

    //! A header of the answer; empty: there is none.
    [[nodiscard]] QByteArray answerHeader(QByteArrayView name) const;
    [[nodiscard]] bool isSuccess() const; //!< any 2xx
    [[nodiscard]] bool isRedirect() const; //!< any 3xx with a Location
    [[nodiscard]] QUrl location() const; //!< where a redirect leads, absolute
    [[nodiscard]] bool isHtml() const; //!< a page for a browser
};

//! A SeenExchange without secrets, for people and for reports.
struct MaskedExchange
{
    QString request; //!< "POST https://a.org/login"
    QStringList headers; //!< "Authorization: Bearer eyJh••••"
    QString body; //!< its first characters
    std::optional<int> status;
    QStringList answerHeaders; //!< those that matter here: Location, Set-Cookie, WWW-Authenticate
    QString answer; //!< the first characters of its body
    QString failure;

    bool operator==(const MaskedExchange &) const = default;
};

//! Hides all that looks like a secret: texts that look like tokens, values under the names of
//! secrets, and `secrets` (such as the password) wherever they are. Pure.
[[nodiscard]] MaskedExchange masked(const SeenExchange &exchange, const QStringList &secrets);
//! The same for any text.
[[nodiscard]] QString maskedText(const QString &text, const QStringList &secrets);

} // namespace authcore::lab
