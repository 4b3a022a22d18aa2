#include "authcore/exchange/endpointerror.h"

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/jsonpointer.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr std::array misconfigured {"invalid_request"_L1, "invalid_client"_L1,
    "unauthorized_client"_L1, "unsupported_grant_type"_L1, "invalid_scope"_L1, "invalid_target"_L1,
    "unsupported_token_type"_L1, "invalid_dpop_proof"_L1, "use_dpop_nonce"_L1,
    "incorrect_client_credentials"_L1, "redirect_uri_mismatch"_L1, "device_flow_disabled"_L1};
constexpr std::array busy {
    "temporarily_unavailable"_L1, "server_error"_L1, "slow_down"_L1, "authorization_pending"_L1};
// A device's sign-in handles these by name; elsewhere the status decides.
constexpr std::array ended {"access_denied"_L1, "expired_token"_L1};
constexpr std::array wrongPlaces {404, 405, 406, 410, 411, 413, 415, 422, 501};

template <typename List, typename Value>
bool contains(const List &list, const Value &value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

//! The code to branch on, and a text for people.
struct Meaning
{
    Code code;
    QString text;
};

Meaning rejection(const QString &error)
{
    const auto text = u"it refuses the credentials or the token"_s;
    return {Code::Rejected, error.isEmpty() ? text : QString(text % u" ("_s % error % u')')};
}

Meaning redirection(const QUrl &location)
{
    const auto text = u"the endpoint redirects, which is not followed"_s;
    return {Code::Misconfigured,
        location.isEmpty() ? text : QString(text % u", to "_s % placeOf(location))};
}

Meaning meaningOfSuccess(
    const BackendProfile &profile, const EndpointAnswer &answer, const QString &missing)
{
    constexpr int noContent = 204; // so it lacks the tokens next time, too
    const bool needsJson = profile.answer.accessTokenCookie.isEmpty()
        && profile.answer.accessTokenHeader.isEmpty() && answer.status != noContent;
    if (answer.isHtml())
        return {Code::BadAnswer, u"with an HTML page"_s};
    if (needsJson && !answer.isJson())
        return {Code::BadAnswer, u"with something that is no JSON"_s};
    return {Code::Misconfigured, missing};
}

Meaning meaningOfStatus(const BackendProfile &profile, const EndpointAnswer &answer)
{
    const int status = answer.status;
    const bool isRejection = profile.refreshRejectedStatuses.contains(status);
    if (status / 100 == 3) // the body of a redirect is not for a token client
        return isRejection ? rejection({}) : redirection(answer.location);
    if (status == 429)
        return {Code::RateLimited, u"too many requests"_s};
    if (answer.isHtml())
        return {Code::ServerFailed, u"an HTML page, which no token endpoint sends"_s};
    if (isRejection)
        return rejection({});
    if (contains(wrongPlaces, status))
        return {Code::Misconfigured, u"the endpoint is not there, or takes no such request"_s};
    return {Code::ServerFailed,
        status >= 500 ? u"it failed"_s : u"that is neither tokens nor a refusal"_s};
}

Meaning meaningOf(const BackendProfile &profile, const EndpointAnswer &answer, const QString &error,
    const QString &missing)
{
    if (profile.isRefusal(error))
        return rejection(error);
    if (contains(misconfigured, error))
        return {Code::Misconfigured, error};
    if (contains(busy, error))
        return {answer.status == 429 ? Code::RateLimited : Code::ServerFailed, error};
    if (!answer.isSuccess())
        return meaningOfStatus(profile, answer);
    if (!error.isEmpty())
        return rejection(contains(ended, error) ? error : u"with an error code"_s);
    return meaningOfSuccess(profile, answer, missing);
}

} // namespace

QString errorCodeOf(const EndpointAnswer &answer, const BackendProfile &profile)
{
    return valueAt(answer.json(), profile.answer.error).toString();
}

TokenError endpointError(
    const BackendProfile &profile, const EndpointAnswer &answer, const QString &missing)
{
    const QString error = errorCodeOf(answer, profile); // only known codes may be shown
    const auto [code, text] = meaningOf(profile, answer, error, missing);
    const bool isLacking = answer.isSuccess() && error.isEmpty();
    QString detail =
        (isLacking ? u"The server answered %1, but %2"_s : u"The server answered %1: %2"_s)
            .arg(answer.status)
            .arg(text);
    if (!answer.url.isEmpty())
        detail += u" ("_s % placeOf(answer.url) % u')';
    const bool isKnown = profile.isRefusal(error) || contains(misconfigured, error)
        || contains(busy, error) || contains(ended, error);
    TokenError result {code, detail, answer.status, answer.retryAfter, isKnown ? error : QString(),
        answer.request};
    if (isLacking)
        result.request->missing = missing;
    return result;
}

} // namespace authcore
