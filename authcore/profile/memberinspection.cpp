#include "authcore/profile/memberinspection.h"

#include "authcore/profile/durations.h"
#include "authcore/profile/headerrules.h"
#include "authcore/profile/jsonpointer.h"

#include <array>
#include <map>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

void checkPositive(std::chrono::milliseconds value, const QString &where, ProfileErrors &problems)
{
    problems.check(value > 0ms, where, u"is not more than 0; give 1 or more"_s);
}

void checkNotTooLong(std::chrono::milliseconds value, const QString &where, ProfileErrors &problems)
{
    const std::chrono::milliseconds longest = longestDuration;
    problems.check(
        value <= longest, where, u"is longer than a year; give %1 or less"_s.arg(longest.count()));
}

void inspectCookie(const QString &where, const QString &name, ProfileErrors &problems)
{
    // RFC 6265 section 4.1.1: a cookie's name is a token, as a header's is.
    problems.check(name.isEmpty() || isHeaderName(name.toUtf8()), where,
        u"is no cookie name; give \"access_token\", for example"_s);
}

} // namespace

void inspectAnswer(const QString &where, const TokenAnswer &answer, ProfileErrors &problems)
{
    problems.check(!answer.accessToken.isEmpty() || !answer.accessTokenCookie.isEmpty()
            || !answer.accessTokenHeader.isEmpty(),
        where % u"/accessToken"_s,
        u"is missing; give a JSON pointer, \"/access_token\" for example, or the name of a cookie "
        "as accessTokenCookie, or that of a header as accessTokenHeader"_s);
    std::map<QString, QString> pointers {
        {u"accessToken"_s, answer.accessToken},
        {u"refreshToken"_s, answer.refreshToken},
        {u"idToken"_s, answer.idToken},
        {u"expiresIn"_s, answer.expiresIn},
        {u"expiresAt"_s, answer.expiresAt},
        {u"accountId"_s, answer.accountId},
        {u"scope"_s, answer.scope},
        {u"error"_s, answer.error},
    };
    for (const auto &[name, pointer] : answer.userData)
        pointers[u"userData/"_s % escapedForPointer(name)] = pointer;
    for (const auto &[name, pointer] : pointers)
        inspectPointer(where % u'/' % name, pointer, problems);
    checkPositive(answer.expiresInUnit, where % u"/expiresInUnitMs"_s, problems);
    checkNotTooLong(answer.expiresInUnit, where % u"/expiresInUnitMs"_s, problems);
    inspectCookie(where % u"/accessTokenCookie"_s, answer.accessTokenCookie, problems);
    inspectCookie(where % u"/refreshTokenCookie"_s, answer.refreshTokenCookie, problems);
    if (!answer.accessTokenHeader.isEmpty())
        inspectHeaderName(where % u"/accessTokenHeader"_s, answer.accessTokenHeader, problems);
    if (!answer.refreshTokenHeader.isEmpty())
        inspectHeaderName(where % u"/refreshTokenHeader"_s, answer.refreshTokenHeader, problems);
}

void inspectHeaderName(const QString &where, const QByteArray &name, ProfileErrors &problems)
{
    problems.check(isHeaderName(name), where,
        u"is no header name; give \"Authorization\" or \"X-Name\", for example"_s);
    problems.check(!isFramingHeader(name), where,
        u"is a header that says where requests go and end; give another"_s);
}

void inspectPointer(const QString &where, const QString &pointer, ProfileErrors &problems)
{
    problems.check(isJsonPointer(pointer), where,
        u"is no JSON pointer (RFC 6901); give \"/name\" or \"/outer/name\""_s);
}

void inspectPolicy(const RefreshPolicy &policy, ProfileErrors &problems)
{
    checkPositive(policy.tryTimeout, u"/policy/tryTimeoutMs"_s, problems);
    checkPositive(policy.totalTimeout, u"/policy/totalTimeoutMs"_s, problems);
    checkPositive(policy.backoffMin, u"/policy/backoffMinMs"_s, problems);
    checkPositive(policy.holdTimeout, u"/policy/holdTimeoutMs"_s, problems);
    problems.check(policy.backoffMax >= policy.backoffMin, u"/policy/backoffMaxMs"_s,
        u"is less than backoffMinMs; give that or more"_s);
    problems.check(policy.leeway >= 0ms, u"/policy/leewayMs"_s, u"is negative; give 0 or more"_s);
    problems.check(
        policy.uploadLeeway >= 0ms, u"/policy/uploadLeewayMs"_s, u"is negative; give 0 or more"_s);
    problems.check(
        policy.cooldown >= 0ms, u"/policy/cooldownMs"_s, u"is negative; give 0 or more"_s);
    const std::array durations {
        std::pair(u"tryTimeoutMs"_s, policy.tryTimeout),
        std::pair(u"totalTimeoutMs"_s, policy.totalTimeout),
        std::pair(u"backoffMinMs"_s, policy.backoffMin),
        std::pair(u"backoffMaxMs"_s, policy.backoffMax),
        std::pair(u"leewayMs"_s, policy.leeway),
        std::pair(u"uploadLeewayMs"_s, policy.uploadLeeway),
        std::pair(u"cooldownMs"_s, policy.cooldown),
        std::pair(u"holdTimeoutMs"_s, policy.holdTimeout),
    };
    for (const auto &[name, value] : durations)
        checkNotTooLong(value, u"/policy/"_s % name, problems);
    problems.check(policy.leewayFraction >= 0 && policy.leewayFraction < 1,
        u"/policy/leewayFraction"_s, u"is no part of a whole; give 0 or more, but less than 1"_s);
    problems.check(
        policy.maxHeld > 0, u"/policy/maxHeld"_s, u"is not more than 0; give 1 or more"_s);
}

} // namespace authcore
