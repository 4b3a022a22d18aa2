#include "authcore/exchange/tokenexchange.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/exchange/tokenanswer.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

AnswerCookies cookiesAfter(const EndpointAnswer &answer, const BackendProfile &profile,
    const QList<QNetworkCookie> &before)
{
    if (!keepsCookies(profile))
        return {};
    const auto fresh = readCookies(answer.setCookies, answer.serverDate, answer.receivedAt);
    AnswerCookies after {mergedCookies(before, fresh, answer.url, answer.receivedAt), {}};
    for (const QNetworkCookie &cookie : fresh)
        after.set.append(cookie.name());
    return after;
}

} // namespace

TokenExchange::TokenExchange(HttpManagers &http, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_exchange(http, clock, this)
{
}

TokenExchange::TokenExchange(HttpThread &thread, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_exchange(thread, clock, this)
{
}

TokenExchange::~TokenExchange() = default;

void TokenExchange::start(const BackendProfile &profile, const TokenRequest &request,
    const TokenGrant &grant, std::chrono::milliseconds timeout,
    std::function<void(TokenResult)> then)
{
    m_profile = profile;
    m_profile.answer = request.answer.value_or(profile.answer);
    m_cookies = grant.cookies;
    m_expected = {profile.issuer, profile.clientId, grant.nonce, grant.idToken};
    m_exchange.post(profile, request, grant, timeout,
        [this, then = std::move(then)](const EndpointResult &result) {
            if (const auto *answer = std::get_if<EndpointAnswer>(&result))
                m_answer = *answer;
            then(judge(result));
        });
}

SignInReport TokenExchange::report(const TokenResult &result) const
{
    const auto *tokens = std::get_if<TokenSet>(&result);
    return tokens != nullptr && m_answer ? signInReport(m_profile, *m_answer, *tokens)
                                         : SignInReport();
}

std::optional<TokenResult> TokenExchange::waitFor(std::chrono::milliseconds patience)
{
    if (const auto result = m_exchange.waitFor(patience))
        return judge(*result);
    return std::nullopt;
}

TokenResult TokenExchange::judge(const EndpointResult &result) const
{
    if (const auto *error = std::get_if<TokenError>(&result))
        return *error;
    const auto &answer = std::get<EndpointAnswer>(result);
    if (answer.framingError && m_profile.answer.usesCookies())
        return *answer.framingError;
    auto granted = readTokenAnswer(m_profile, answer, cookiesAfter(answer, m_profile, m_cookies));
    auto *tokens = std::get_if<TokenSet>(&granted);
    if (tokens == nullptr || tokens->idToken.isEmpty())
        return granted;
    // By the issuer's own clock, where the answer shows it: the local clock may be wrong.
    const auto now = answer.serverDate.value_or(answer.receivedAt);
    if (const auto problem = idTokenProblem(tokens->idToken, m_expected, now))
        return TokenError {TokenError::Code::Misconfigured, // another try may show a spent token
            *problem % u" ("_s % placeOf(answer.url) % u')', answer.status, {}, {}, answer.request};
    if (tokens->accountId.isEmpty())
        tokens->accountId = idTokenSubject(tokens->idToken);
    return granted;
}

} // namespace authcore
