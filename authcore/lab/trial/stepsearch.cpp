#include "authcore/lab/trial/stepsearch.h"

#include "authcore/lab/connect/answerwords.h"
#include "authcore/lab/scenario.h"
#include "authcore/lab/trial/remedies.h"
#include "authcore/lab/trial/usualplaces.h"
#include "authcore/profile/origin.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

constexpr int mostAttempts = 40;
constexpr int mostWithPerson = 2; //!< sign-ins that a person has to take part in
constexpr qsizetype mostChanges = 4; //!< of one profile, one after the other
constexpr qsizetype mostPlaces = 4; //!< addresses that get credentials

//! How far a request has got: nothing is there, something is missing, somebody is refused, good.
int progressOf(const SeenExchange &exchange)
{
    const auto status = exchange.status.value_or(0);
    if (status == 0 || isWrongPlace(exchange))
        return 0;
    if (exchange.isSuccess())
        return 3;
    return status == 401 || status == 403 ? 2 : 1;
}

//! Whether a change that led from one answer to the other is worth keeping.
bool isProgress(const SeenExchange &before, const SeenExchange &after)
{
    if (progressOf(before) != progressOf(after))
        return progressOf(before) < progressOf(after);
    return before.status != after.status
        || serverWords(before.answerBody) != serverWords(after.answerBody);
}

} // namespace

StepSearch::StepSearch(Clock &clock, TrialSetup setup, TrialStepKind step, TrialState state)
    : m_clock(clock)
    , m_setup(std::move(setup))
    , m_step(step)
    , m_state(std::move(state))
    , m_tokens(m_state.tokens)
    , m_tokensReadBy(m_state.profile.answer)
{
}

void StepSearch::start(Then then)
{
    m_then = std::move(then);
    m_candidates.push_back({m_state.profile});
    m_seen.append(m_state.profile.toJson());
    next();
}

void StepSearch::next()
{
    const bool needsPerson =
        m_step == TrialStepKind::SignIn && m_setup.method != SignInMethod::Password;
    if (m_candidates.empty() || m_attempts >= (needsPerson ? mostWithPerson : mostAttempts)) {
        if (m_working)
            return finish(true, m_working->candidate, m_working->result);
        return finish(false, {m_state.profile}, *m_first);
    }
    m_present = std::move(m_candidates.front());
    m_candidates.pop_front();
    ++m_attempts;
    attempt();
}

void StepSearch::renewClient()
{
    // The old one is behind the call that led here.
    if (m_client)
        m_client.release()->deleteLater();
    m_client = std::make_unique<TrialClient>(m_clock, m_present.profile, m_setup);
    connect(m_client.get(), &TrialClient::browserNeeded, this, &StepSearch::browserNeeded);
    connect(m_client.get(), &TrialClient::userCodeReady, this, &StepSearch::userCodeReady);
}

void StepSearch::attempt()
{
    renewClient();
    m_signIn = m_state.signIn;
    if (m_step == TrialStepKind::SignIn) {
        m_client->signIn([this](const TrialResult &result) {
            m_signIn = result.exchange;
            judge(result);
        });
        return;
    }
    if (!m_areTokensSpent && m_present.profile.answer == m_tokensReadBy) {
        m_client->setTokens(tokensForRequest());
        return attemptWithTokens();
    }
    if (m_setup.method != SignInMethod::Password)
        return finish(false, {m_state.profile}, *m_first); // no person signs in for each try
    m_client->signIn([this](const TrialResult &result) {
        m_signIn = result.exchange;
        if (!result.isGood)
            return judge(result);
        m_tokens = m_client->tokens();
        m_tokensReadBy = m_present.profile.answer;
        m_areTokensSpent = false;
        m_client->setTokens(tokensForRequest());
        attemptWithTokens();
    });
}

//! A request shows its challenge when there is no refresh token to cure it with.
TokenSet StepSearch::tokensForRequest() const
{
    auto tokens = m_tokens;
    if (m_step == TrialStepKind::Refresh)
        return tokens;
    tokens.refreshToken.clear();
    tokens.expiresAt.reset();
    if (m_step == TrialStepKind::RefusedToken)
        tokens = applied(
            Before::BreakAccess, tokens, std::chrono::floor<std::chrono::seconds>(m_clock.now()));
    return tokens;
}

void StepSearch::attemptWithTokens()
{
    const auto judgeIt = [this](const TrialResult &result) { judge(result); };
    if (m_step == TrialStepKind::Refresh)
        return m_client->refresh(judgeIt);
    const auto url = resource(m_present.profile);
    if (url.isEmpty())
        return judge({false, {}, u"The profile names no resource."_s});
    m_client->request(url, judgeIt);
}

QUrl StepSearch::resource(const BackendProfile &profile) const
{
    const bool isAsked = profile.resources == m_state.profile.resources;
    const auto wanted =
        isAsked && !m_setup.resource.isEmpty() ? m_setup.resource : firstResource(profile);
    return wanted.isEmpty() ? QUrl() : profile.resolved(wanted);
}

bool StepSearch::isGood(const TrialResult &result) const
{
    if (m_step == TrialStepKind::RefusedToken)
        return isChallengeFor(m_present.profile, result.exchange);
    if (m_step == TrialStepKind::Resource || m_step == TrialStepKind::ResourceAgain)
        return result.isGood && !result.exchange.isHtml();
    return result.isGood;
}

//! Nothing that the profile says can help.
bool StepSearch::isHopeless(const TrialResult &result) const
{
    const auto &exchange = result.exchange;
    const bool isSent = !exchange.method.isEmpty();
    return (isSent && !exchange.status) || exchange.status == 429
        || (m_step == TrialStepKind::RefusedToken && exchange.isSuccess());
}

void StepSearch::judge(const TrialResult &result)
{
    if (!m_first)
        m_first = result;
    if (m_step == TrialStepKind::Refresh && result.exchange.isSuccess())
        m_areTokensSpent = true;
    const bool isToken = m_step == TrialStepKind::SignIn || m_step == TrialStepKind::Refresh;
    if (isGood(result)) {
        const auto better =
            isToken ? improvementsFor(m_step, m_present.profile, result.exchange) : QList<Remedy>();
        m_working = {m_present, result, m_client->tokens(), m_signIn};
        m_candidates.clear();
        push(better, result.exchange);
        return next();
    }
    if (isHopeless(result) && !m_working)
        return finish(false, {m_state.profile}, *m_first);
    if (isProgress(m_present.answerBefore, result.exchange) && m_present.why.size() < mostChanges)
        push(remediesFor(m_step, m_present.profile, result.exchange, m_signIn), result.exchange);
    const bool isLost = isWrongPlace(result.exchange) || result.exchange.method.isEmpty();
    const bool hasPlace =
        m_step != TrialStepKind::RefusedToken && m_setup.method == SignInMethod::Password;
    if (isLost && hasPlace && !m_looking)
        return look();
    next();
}

void StepSearch::push(const QList<Remedy> &remedies, const SeenExchange &after)
{
    for (auto remedy = remedies.crbegin(); remedy != remedies.crend(); ++remedy) {
        const auto json = remedy->profile.toJson();
        if (m_seen.contains(json))
            continue;
        m_seen.append(json);
        m_candidates.push_front(
            {remedy->profile, m_present.why + QStringList {remedy->why}, after});
    }
}

//! Passwords and refresh tokens stay at the origin that the profile sends them to. The manager sees
//! to that for resources.
bool StepSearch::mayBeAt(const QUrl &url) const
{
    const auto &profile = m_present.profile;
    const bool isEndpoint = m_step == TrialStepKind::SignIn || m_step == TrialStepKind::Refresh;
    return profile.isTransportAllowed(url)
        && (!isEndpoint || isSameOrigin(url, profile.resolved(placeOf(m_step, profile))));
}

void StepSearch::look()
{
    m_looking = {usualPlaces(m_step, m_present.profile), -1, {}};
    lookNext();
}

void StepSearch::lookNext()
{
    auto &looking = *m_looking;
    if (looking.next >= looking.places.size() || looking.found.size() >= mostPlaces) {
        QList<Remedy> remedies;
        for (const QUrl &place : std::as_const(looking.found))
            remedies.append({withPlace(m_step, m_present.profile, place),
                u"something answers at \"%1\""_s.arg(place.toString())});
        push(remedies, {});
        return next();
    }
    const auto place =
        looking.next < 0 ? QUrl(u"tokenflight/is/nothing/here"_s) : looking.places.at(looking.next);
    const auto url = m_present.profile.resolved(place);
    if (!mayBeAt(url)) {
        ++looking.next;
        return lookNext();
    }
    renewClient();
    const bool isEndpoint = m_step == TrialStepKind::SignIn || m_step == TrialStepKind::Refresh;
    m_client->probe(url, isEndpoint ? TrialClient::Probe::Post : TrialClient::Probe::Get,
        [this](const TrialResult &result) { looked(result); });
}

void StepSearch::looked(const TrialResult &result)
{
    auto &looking = *m_looking;
    const auto &exchange = result.exchange;
    const bool isEndpoint = m_step == TrialStepKind::SignIn || m_step == TrialStepKind::Refresh;
    const bool isSomething = exchange.status && !isWrongPlace(exchange)
        && (isEndpoint || exchange.status == 401 || exchange.status == 403
            || isChallengeFor(m_present.profile, exchange));
    const bool lacksSlash =
        exchange.isRedirect() && exchange.location().path() == QString(exchange.url.path() % u'/');
    if (looking.next < 0) {
        looking.nothing = exchange.status;
    } else if ((isSomething || lacksSlash) && exchange.status != looking.nothing) {
        auto place = looking.places.at(looking.next);
        if (lacksSlash)
            place.setPath(place.path() % u'/');
        looking.found.append(place);
    }
    ++looking.next;
    lookNext();
}

void StepSearch::finish(bool good, const Candidate &candidate, const TrialResult &last)
{
    SearchResult result {good, m_state, candidate.why, *m_first, last};
    result.after.profile = candidate.profile;
    if (good && m_working) {
        result.after.signIn = m_working->signIn;
        // The tokens of a request are without their refresh token.
        const bool isToken = m_step == TrialStepKind::SignIn || m_step == TrialStepKind::Refresh;
        result.after.tokens = isToken ? m_working->tokens : m_tokens;
    }
    std::exchange(m_then, nullptr)(result);
}

} // namespace authcore::lab
