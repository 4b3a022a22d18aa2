#include "authcore/exchange/tokenexchange.h"

#include "authcore/exchange/endpointexchange.h"
#include "authcore/exchange/idtoken.h"
#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenanswer.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! What one exchange is judged by.
struct Expected
{
    BackendProfile profile;
    QList<QNetworkCookie> cookies; //!< the session's
    IdTokenExpected idToken;
};

AnswerCookies cookiesAfter(const EndpointAnswer &answer, const Expected &expected)
{
    if (!keepsCookies(expected.profile))
        return {};
    const auto fresh = readCookies(answer.setCookies, answer.serverDate, answer.receivedAt);
    AnswerCookies after {mergedCookies(expected.cookies, fresh, answer.url, answer.receivedAt), {}};
    for (const QNetworkCookie &cookie : fresh)
        after.set.append(cookie.name());
    return after;
}

TokenResult read(const EndpointAnswer &answer, const Expected &expected)
{
    if (answer.framingError && expected.profile.answer.usesCookies())
        return *answer.framingError;
    auto result = readTokenAnswer(expected.profile, answer, cookiesAfter(answer, expected));
    auto *tokens = std::get_if<TokenSet>(&result);
    if (tokens == nullptr || tokens->idToken.isEmpty())
        return result;
    // Measured by the issuer's own clock, where it says what that is: ours may be wrong.
    const auto now = answer.serverDate.value_or(answer.receivedAt);
    if (const auto problem = idTokenProblem(tokens->idToken, expected.idToken, now))
        return TokenError {TokenError::Code::Misconfigured, // another try may show a spent token
            *problem % u" ("_s % placeOf(answer.url) % u')', answer.status, {}};
    if (tokens->accountId.isEmpty())
        tokens->accountId = idTokenSubject(tokens->idToken);
    return result;
}

} // namespace

struct TokenExchange::Private
{
    EndpointExchange exchange;
    Expected expected = {};

    [[nodiscard]] TokenResult judge(const EndpointResult &result) const
    {
        if (const auto *error = std::get_if<TokenError>(&result))
            return *error;
        return read(std::get<EndpointAnswer>(result), expected);
    }
};

TokenExchange::TokenExchange(QNetworkAccessManager &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {{http, clock, this}})
{
}

TokenExchange::TokenExchange(HttpThread &thread, Clock &clock, QObject *parent)
    : QObject(parent)
    , d(new Private {{thread, clock, this}})
{
}

TokenExchange::~TokenExchange() = default;

void TokenExchange::start(const BackendProfile &profile, const TokenRequest &request,
    const TokenGrant &grant, std::chrono::milliseconds timeout,
    std::function<void(TokenResult)> then)
{
    d->expected = {
        profile, grant.cookies, {profile.issuer, profile.clientId, grant.nonce, grant.idToken}};
    d->exchange.post(profile, request, grant, timeout,
        [this, then = std::move(then)](const EndpointResult &result) { then(d->judge(result)); });
}

std::optional<TokenResult> TokenExchange::waitFor(std::chrono::milliseconds patience)
{
    if (const auto result = d->exchange.waitFor(patience))
        return d->judge(*result);
    return std::nullopt;
}

} // namespace authcore
