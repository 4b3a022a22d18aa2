#include "authcore/protocol/tokenexchange.h"

#include "authcore/protocol/sessioncookies.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QTimeZone>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

//! Longer lifetimes are cut to this; "for ever" is what their server means.
constexpr auto longestLifetime = std::chrono::seconds(100LL * 365 * 24 * 3600);

//! RFC 6901 section 4. Undefined: there is nothing at `pointer`.
QJsonValue valueAt(const QJsonObject &answer, const QString &pointer)
{
    if (!pointer.startsWith('/'_L1))
        return QJsonValue::Undefined;
    QJsonValue value = answer;
    const auto tokens = QStringView(pointer).mid(1).split(u'/');
    for (const auto &token : tokens) {
        // In this order: "~01" is "~1" and not "/".
        const auto name = token.toString().replace("~1"_L1, "/"_L1).replace("~0"_L1, "~"_L1);
        if (value.isArray()) {
            bool isNumber = false;
            const auto index = name.toLongLong(&isNumber);
            const bool canonical = isNumber && index >= 0 && name == QString::number(index);
            value = canonical ? value.toArray().at(index) : QJsonValue(QJsonValue::Undefined);
        } else {
            value = value.toObject().value(name); // Undefined, too, in what is no object
        }
    }
    return value;
}

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

bool hasControlCharacters(const QByteArray &token)
{
    return std::any_of(token.cbegin(), token.cend(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

//! A number, or one of digits, of the dialect's units, in seconds; 0 when it says nothing sane.
double secondsOf(const QJsonValue &value, const TokenAnswer &places)
{
    double number = value.toDouble();
    if (value.isString()) {
        const auto digits = value.toString();
        const auto isDigit = [](QChar c) { return c >= u'0' && c <= u'9'; };
        if (std::all_of(digits.cbegin(), digits.cend(), isDigit))
            number = digits.toDouble(); // of no digits at all: 0
    }
    const auto seconds = number * std::chrono::duration<double>(places.expiresInUnit).count();
    return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

//! `expires_in`; empty when it says nothing sane (RFC 6749 section 5.1).
std::optional<std::chrono::seconds> lifetimeAt(const QJsonObject &answer, const TokenAnswer &places)
{
    const auto seconds = secondsOf(valueAt(answer, places.expiresIn), places);
    if (seconds <= 0)
        return std::nullopt;
    if (seconds >= static_cast<double>(longestLifetime.count()))
        return longestLifetime;
    // At least one: a token that is born expired would be refreshed for ever.
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
    if (date.timeSpec() == Qt::LocalTime) // without an offset; theirs is hardly ours
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
    return serverDate ? now + std::min(*moment - *serverDate, longestLifetime) : *moment;
}

//! Without a token in it the answer is none; `problem` says so.
TokenSet tokensIn(const QJsonObject &answer, const BackendProfile &profile,
    const AnswerCookies &cookies, QString &problem)
{
    const auto &places = profile.answer;
    TokenSet tokens;
    tokens.accessToken = tokenAt(answer, places.accessToken);
    tokens.refreshToken = tokenAt(answer, places.refreshToken);
    putCookies(tokens, cookies.all, profile);
    if (!places.accessTokenCookie.isEmpty()) {
        if (tokens.accessToken.isEmpty()
            || !cookies.set.contains(places.accessTokenCookie.toUtf8()))
            problem = u"without the cookie \"%1\""_s.arg(places.accessTokenCookie);
    } else if (tokens.accessToken.isEmpty()) {
        problem = u"without an access token at \"%1\""_s.arg(places.accessToken);
    }
    if (hasControlCharacters(tokens.accessToken)) // RFC 6749 appendix A.12; would split the header
        problem = u"with an access token that no header can carry"_s;
    return tokens;
}

TokenResult readSuccess(const BackendProfile &profile, int httpStatus, const QByteArray &body,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now,
    const AnswerCookies &cookies)
{
    const auto badAnswer = [&](const QString &why) {
        return TokenError {Code::BadAnswer,
            u"The server answered %1, but %2"_s.arg(httpStatus).arg(why), httpStatus, {}};
    };
    const auto document = QJsonDocument::fromJson(body);
    const auto &places = profile.answer;
    if (!document.isObject() && places.accessTokenCookie.isEmpty())
        return badAnswer(u"with something that is no JSON object"_s);
    const auto answer = document.object();
    QString problem;
    TokenSet tokens = tokensIn(answer, profile, cookies, problem);
    if (!problem.isEmpty())
        return badAnswer(problem);
    tokens.idToken = tokenAt(answer, places.idToken);
    tokens.expiresAt = expiryOf(answer, profile, tokens, serverDate, now);
    tokens.receivedAt = now;
    tokens.accountId = textAt(answer, places.accountId);
    tokens.scope = valueAt(answer, places.scope).toString();
    for (const auto &[name, pointer] : places.userData) {
        if (const auto value = valueAt(answer, pointer); !value.isUndefined())
            tokens.userData.insert(name, value);
    }
    tokens.tokenEndpoint = profile.resolved(profile.refresh.url);
    tokens.protectedOrigins = profile.protectedOrigins;
    return tokens;
}

//! The error code of a refusal (RFC 6749 section 5.2); empty: there is none.
QString errorCodeOf(const QByteArray &body, const TokenAnswer &places)
{
    return valueAt(QJsonDocument::fromJson(body).object(), places.error).toString();
}

template <std::size_t size>
bool contains(const std::array<QLatin1StringView, size> &codes, const QString &error)
{
    return std::find(codes.cbegin(), codes.cend(), error) != codes.cend();
}

TokenError readFailure(const BackendProfile &profile, int httpStatus, const QByteArray &body)
{
    // RFC 6749 section 5.2 and RFC 8707 section 2.
    static constexpr std::array misconfigured {"invalid_request"_L1, "invalid_client"_L1,
        "unauthorized_client"_L1, "unsupported_grant_type"_L1, "invalid_scope"_L1,
        "invalid_target"_L1};
    // RFC 6749 section 4.1.2.1 and RFC 8628 section 3.5, seen at token endpoints too.
    static constexpr std::array busy {
        "temporarily_unavailable"_L1, "server_error"_L1, "slow_down"_L1};

    // RFC 8628 section 3.5.
    static constexpr std::array undecided {
        "authorization_pending"_L1, "access_denied"_L1, "expired_token"_L1};

    const auto error = errorCodeOf(body, profile.answer); // only known ones may leave here
    const bool isRejection = !error.isEmpty() && profile.refreshRejectedErrors.contains(error);
    const bool isKnown = isRejection || contains(busy, error) || contains(misconfigured, error)
        || contains(undecided, error);
    const auto failure = [&](Code code, const QString &meaning) {
        return TokenError {code, u"The server answered %1: %2"_s.arg(httpStatus).arg(meaning),
            httpStatus, {}, isKnown ? error : QString()};
    };
    if (httpStatus == 429)
        return failure(Code::RateLimited, u"too many requests"_s);
    if (isRejection)
        return failure(
            Code::Rejected, u"it refuses the credentials or the token (%1)"_s.arg(error));
    if (contains(busy, error))
        return failure(Code::ServerFailed, error);
    if (contains(misconfigured, error) && httpStatus >= 400 && httpStatus < 500)
        return failure(Code::Misconfigured, error);
    if (profile.refreshRejectedStatuses.contains(httpStatus))
        return failure(Code::Rejected, u"it refuses the credentials or the token"_s);
    if (httpStatus >= 300 && httpStatus < 400)
        return failure(
            Code::ServerFailed, u"the token endpoint redirects, which is not followed"_s);
    if (httpStatus >= 500)
        return failure(Code::ServerFailed, u"it failed"_s);
    return failure(Code::ServerFailed, u"that is neither tokens nor a refusal"_s);
}

} // namespace

TokenResult readTokenAnswer(const BackendProfile &profile, int httpStatus, const QByteArray &body,
    std::optional<std::chrono::sys_seconds> serverDate, std::chrono::sys_seconds now,
    const AnswerCookies &cookies)
{
    if (httpStatus >= 200 && httpStatus < 300)
        return readSuccess(profile, httpStatus, body, serverDate, now, cookies);
    return readFailure(profile, httpStatus, body);
}

} // namespace authcore
