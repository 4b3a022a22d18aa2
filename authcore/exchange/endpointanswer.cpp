#include "authcore/exchange/endpointanswer.h"

#include "authcore/exchange/httpdate.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr std::chrono::milliseconds longestRetryAfter = 24h;

//! RFC 9110 section 10.2.3: seconds or a date, which is measured against the server's own clock.
std::optional<std::chrono::milliseconds> retryAfter(
    const QByteArray &header, std::chrono::sys_seconds serverNow)
{
    const auto text = header.trimmed();
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    std::chrono::milliseconds delay {};
    if (!text.isEmpty() && std::all_of(text.cbegin(), text.cend(), isDigit)) {
        bool fits = false;
        const auto seconds = text.toInt(&fits);
        delay = fits ? std::chrono::seconds(seconds) : longestRetryAfter;
    } else if (const auto date = httpDate(text)) {
        delay = *date - serverNow;
    } else {
        return std::nullopt;
    }
    return std::clamp(delay, std::chrono::milliseconds::zero(), longestRetryAfter);
}

std::optional<TokenError> framingErrorOf(const HttpAnswer &answer, const QUrl &url)
{
    const auto error = [&url](Code code, const QString &what) {
        return TokenError {code, what % u" ("_s % placeOf(url) % u')', std::nullopt, std::nullopt};
    };
    switch (answer.end) {
    case HttpAnswer::End::Whole:
        break;
    case HttpAnswer::End::Broken:
        return error(Code::NoNetwork, answer.reason);
    case HttpAnswer::End::TooLarge:
        return error(Code::BadAnswer, u"The answer is larger than 1 MiB"_s);
    case HttpAnswer::End::TimedOut:
        return error(Code::TimedOut, u"No complete answer in time"_s);
    }
    return std::nullopt;
}

constexpr std::array<QByteArrayView, 4> htmlStarts {"<!doctype html", "<html", "<head", "<body"};

//! The part after white space, an XML declaration and comments.
QByteArrayView withoutPreamble(QByteArrayView text)
{
    constexpr QByteArrayView byteOrderMark("\xef\xbb\xbf");
    if (text.startsWith(byteOrderMark))
        text = text.sliced(byteOrderMark.size());
    while (true) {
        text = text.trimmed();
        const QByteArrayView end = text.startsWith("<!--") ? QByteArrayView("-->")
            : text.startsWith("<?")                        ? QByteArrayView("?>")
                                                           : QByteArrayView();
        const qsizetype found = end.isEmpty() ? -1 : text.indexOf(end);
        if (found < 0)
            return text;
        text = text.sliced(found + end.size());
    }
}

} // namespace

bool EndpointAnswer::isSuccess() const
{
    return status >= 200 && status < 300;
}

bool EndpointAnswer::isJson() const
{
    return !QJsonDocument::fromJson(body).isNull();
}

QJsonObject EndpointAnswer::json() const
{
    return QJsonDocument::fromJson(body).object();
}

bool EndpointAnswer::isHtml() const
{
    const QByteArrayView start = withoutPreamble(body);
    if (start.isEmpty() || isJson())
        return false;
    const QByteArray type = contentType.split(';').constFirst().trimmed().toLower();
    return type == "text/html" || type == "application/xhtml+xml"
        || std::any_of(htmlStarts.begin(), htmlStarts.end(), [start](QByteArrayView tag) {
               return start.first(std::min(tag.size(), start.size()))
                          .compare(tag, Qt::CaseInsensitive)
                   == 0;
           });
}

EndpointResult readHttpAnswer(const HttpAnswer &answer, const QUrl &url)
{
    const auto serverDate = httpDate(answer.header("Date"));
    const QByteArray location = answer.header("Location");
    EndpointAnswer read {answer.status, answer.body, url, answer.header("Content-Type"),
        location.isEmpty() ? QUrl() : url.resolved(QUrl::fromEncoded(location)), answer.setCookies,
        serverDate,
        retryAfter(answer.header("Retry-After"), serverDate.value_or(answer.receivedAt)),
        answer.receivedAt, framingErrorOf(answer, url), answer.headers};
    // A complete document counts although its framing is wrong: it may have spent a refresh token.
    const bool isLost = read.framingError
        && (answer.status == 0 || answer.end == HttpAnswer::End::TooLarge || !read.isJson());
    if (isLost)
        return *read.framingError;
    return read;
}

QString placeOf(const QUrl &url)
{
    return url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

} // namespace authcore
