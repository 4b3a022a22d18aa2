#include "authcore/exchange/tokenanswer.h"

#include "authcore/exchange/endpointerror.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/durations.h"
#include "authcore/profile/headerrules.h"
#include "authcore/profile/jsonpointer.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

//! A string, or a number as account ids may be; empty for anything else.
QString textAt(const QJsonObject &answer, const QString &pointer)
{
    const auto value = valueAt(answer, pointer);
    return value.isString() || value.isDouble() ? value.toVariant().toString() : QString();
}

QByteArray tokenAt(const QJsonObject &answer, const QString &pointer)
{
    return valueAt(answer, pointer).toString().toUtf8();
}

//! A number or a string of digits, in the profile's unit, as seconds; 0: it makes no sense.
double secondsOf(const QJsonValue &value, const TokenAnswer &places)
{
    double number = value.toDouble();
    if (value.isString()) {
        const auto digits = value.toString();
        const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
        if (std::all_of(digits.cbegin(), digits.cend(), isDigit))
            number = digits.toDouble(); // 0 if there are no digits
    }
    const auto seconds = number * std::chrono::duration<double>(places.expiresInUnit).count();
    return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

//! `expires_in` (RFC 6749 section 5.1); empty: it makes no sense.
std::optional<std::chrono::seconds> lifetimeAt(const QJsonObject &answer, const TokenAnswer &places)
{
    const auto seconds = secondsOf(valueAt(answer, places.expiresIn), places);
    if (seconds <= 0)
        return std::nullopt;
    if (seconds >= static_cast<double>(longestDuration.count())) // the server means "for ever"
        return longestDuration;
    // At least one second: a token that has expired on arrival would be refreshed again and again.
    return std::max(1s, std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

//! A moment by the server's clock: a date, or a number since 1970.
std::optional<std::chrono::sys_seconds> momentAt(
    const QJsonObject &answer, const TokenAnswer &places)
{
    const auto value = valueAt(answer, places.expiresAt);
    if (const auto seconds = secondsOf(value, places); seconds > 0) {
        constexpr double last = 1e11; // the year 5138
        return std::chrono::sys_seconds(
            std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, last))));
    }
    auto date = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    // No offset: the server's time zone is hardly the local one.
    if (date.timeSpec() == Qt::LocalTime)
        date = QDateTime(date.date(), date.time(), QTimeZone::utc());
    if (!date.isValid())
        return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(date.toSecsSinceEpoch()));
}

std::optional<std::chrono::sys_seconds> expiryOf(const QJsonObject &answer,
    const BackendProfile &profile, const TokenSet &tokens,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now)
{
    if (const auto lifetime = lifetimeAt(answer, profile.answer))
        return now + *lifetime;
    const auto moment = momentAt(answer, profile.answer);
    if (!moment)
        return ownExpiry(tokens, profile, serverDate, now);
    return byOurClock(*moment, serverDate, now);
}

//! The token in this header, without the prefix that it may have: "Bearer abc" is "abc".
QByteArray tokenInHeader(
    const EndpointAnswer &answer, const QByteArray &name, const BackendProfile &profile)
{
    const QByteArray value = headerIn(answer.headers, name).trimmed();
    const QByteArrayView start =
        QByteArrayView(value).first(std::min(value.size(), profile.tokenPrefix.size()));
    const bool hasPrefix = start.compare(profile.tokenPrefix, Qt::CaseInsensitive) == 0;
    return hasPrefix ? value.mid(profile.tokenPrefix.size()) : value;
}

//! A QString says what is missing.
std::variant<TokenSet, QString> tokensIn(const EndpointAnswer &answer, const QJsonObject &json,
    const BackendProfile &profile, const AnswerCookies &cookies)
{
    const auto &places = profile.answer;
    const auto token = [&](const QString &pointer, const QByteArray &header) {
        return header.isEmpty() ? tokenAt(json, pointer) : tokenInHeader(answer, header, profile);
    };
    TokenSet tokens;
    tokens.accessToken = token(places.accessToken, places.accessTokenHeader);
    tokens.refreshToken = token(places.refreshToken, places.refreshTokenHeader);
    putCookies(tokens, cookies.all, profile);
    if (!places.accessTokenCookie.isEmpty()) {
        if (tokens.accessToken.isEmpty()
            || !cookies.set.contains(places.accessTokenCookie.toUtf8()))
            return u"without the cookie \"%1\""_s.arg(places.accessTokenCookie);
    } else if (tokens.accessToken.isEmpty()) {
        return places.accessTokenHeader.isEmpty()
            ? u"without an access token at \"%1\""_s.arg(places.accessToken)
            : u"without the header \"%1\""_s.arg(QString::fromLatin1(places.accessTokenHeader));
    }
    if (const auto what = controlCharactersIn(tokens); !what.isEmpty())
        return u"with control characters in %1"_s.arg(what);
    return tokens;
}

} // namespace

bool saysExpiry(const BackendProfile &profile, const QJsonObject &answer)
{
    return lifetimeAt(answer, profile.answer) || momentAt(answer, profile.answer);
}

TokenResult readTokenAnswer(
    const BackendProfile &profile, const EndpointAnswer &answer, const AnswerCookies &cookies)
{
    if (!answer.isSuccess())
        return endpointError(profile, answer, {});
    const auto json = answer.json();
    auto found = tokensIn(answer, json, profile, cookies);
    if (const auto *missing = std::get_if<QString>(&found))
        return endpointError(profile, answer, *missing);
    const auto &places = profile.answer;
    const auto now = answer.receivedAt;
    auto &tokens = std::get<TokenSet>(found);
    tokens.idToken = tokenAt(json, places.idToken);
    tokens.expiresAt = expiryOf(json, profile, tokens, answer.serverDate, now);
    tokens.receivedAt = now;
    tokens.accountId = textAt(json, places.accountId);
    tokens.scope = valueAt(json, places.scope).toString();
    for (const auto &[name, pointer] : places.userData) {
        if (const auto value = valueAt(json, pointer); !value.isUndefined())
            tokens.userData.insert(name, value);
    }
    notePlaces(tokens, profile);
    return tokens;
}

} // namespace authcore
