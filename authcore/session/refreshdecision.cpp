#include "authcore/session/refreshdecision.h"

#include "authcore/session/refreshstory.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore::decision {

namespace {

constexpr std::array aboutTheClient {
    "invalid_client"_L1, "unauthorized_client"_L1, "incorrect_client_credentials"_L1};

QString quoted(const QString &text)
{
    return QString(u'"' % text % u'"');
}

bool isStatus(const TokenError &error, int hundreds)
{
    return error.httpStatus && *error.httpStatus / 100 == hundreds;
}

//! The error code that decided; empty: the status did.
QString decidingCode(const TokenError &error)
{
    const bool isSuccess = isStatus(error, 2);
    return error.serverCode.isEmpty() && isSuccess && error.request ? error.request->errorCode
                                                                    : error.serverCode;
}

QString misconfiguredBecauseOf(const QString &code)
{
    const bool isClient =
        std::find(aboutTheClient.begin(), aboutTheClient.end(), code) != aboutTheClient.end();
    const QString settings = isClient ? u"clientId, clientAuthentication and the client's secret"_s
                                      : u"refresh.body, refresh.format and scope"_s;
    return RefreshStory::tr("Given up: %1 is about the client and its request. See %2; if this "
                            "server says so of a refresh token that has ended, add it to "
                            "refreshRejectedErrors.")
        .arg(quoted(code), settings);
}

QString misconfiguredSuccess(const TokenError &error, const BackendProfile &profile)
{
    if (!error.request || error.request->missing.isEmpty())
        return RefreshStory::tr("Given up: these tokens are of somebody else. See issuer and "
                                "clientId.");
    const TokenAnswer answer = profile.refresh.answer.value_or(profile.answer);
    const QString place = !answer.accessTokenCookie.isEmpty() ? u"accessTokenCookie"_s
        : !answer.accessTokenHeader.isEmpty()                 ? u"accessTokenHeader"_s
                                                              : u"accessToken"_s;
    const QString object = profile.refresh.answer ? u"refresh.answer."_s : u"answer."_s;
    return RefreshStory::tr("Given up: the next answer would lack the same. See %1 and "
                            "refresh.url; if the answer has an error code, see %2.")
        .arg(object % place, object % u"error"_s);
}

} // namespace

QString newTokens()
{
    return RefreshStory::tr("New tokens came.");
}

QString othersTokens()
{
    return RefreshStory::tr("Another process had refreshed already; its tokens are used.");
}

QString rejected(const TokenError &error, const BackendProfile &profile)
{
    const QString code = decidingCode(error);
    if (profile.refreshRejectedErrors.contains(code))
        return RefreshStory::tr("The session ended: the profile's refreshRejectedErrors names %1.")
            .arg(quoted(code));
    if (profile.isRefusal(code))
        return RefreshStory::tr("The session ended: %1 always rejects a refresh token.")
            .arg(quoted(code));
    if (isStatus(error, 2))
        return RefreshStory::tr("The session ended: an answer with %1 has an error code at %2 "
                                "(answer.error).")
            .arg(QString::number(*error.httpStatus),
                profile.refresh.answer.value_or(profile.answer).error);
    return RefreshStory::tr("The session ended: the profile's refreshRejectedStatuses names %1.")
        .arg(error.httpStatus.value_or(0));
}

QString misconfigured(const TokenError &error, const BackendProfile &profile)
{
    if (!error.httpStatus)
        return RefreshStory::tr("Given up: nothing was sent. See refresh.url and the templates of "
                                "refresh.");
    if (isStatus(error, 3))
        return RefreshStory::tr(
            "Given up: redirects are not followed. Write the new address as refresh.url.");
    if (!error.serverCode.isEmpty())
        return misconfiguredBecauseOf(error.serverCode);
    if (isStatus(error, 2))
        return misconfiguredSuccess(error, profile);
    return RefreshStory::tr("Given up: a %1 does not change by itself. See refresh.url and "
                            "refresh.body; if this server says so of a refresh token that has "
                            "ended, add %1 to refreshRejectedStatuses.")
        .arg(*error.httpStatus);
}

QString anotherTry(const TokenError &error, std::chrono::milliseconds pause)
{
    const QString cause =
        error.httpStatus ? QString::number(*error.httpStatus) : RefreshStory::tr("no answer");
    return RefreshStory::tr("Tried again after %1 ms: %2.")
        .arg(QString::number(pause.count()), cause);
}

QString outOfTime(const TokenError &error, const BackendProfile &profile)
{
    const QString limit = QString::number(profile.policy.totalTimeout.count());
    if (error.retryAfter)
        return RefreshStory::tr("Given up: the server asks for a pause of %1 ms, and "
                                "policy.totalTimeoutMs is %2.")
            .arg(QString::number(error.retryAfter->count()), limit);
    return RefreshStory::tr("Given up: no time is left for another try (policy.totalTimeoutMs is "
                            "%1).")
        .arg(limit);
}

QString later()
{
    return RefreshStory::tr("Not tried again now: the access token is still valid. The next early "
                            "refresh waits for policy.cooldownMs.");
}

QString notSent()
{
    return RefreshStory::tr("Not sent: the new tokens could not be stored.");
}

} // namespace authcore::decision
