#include "authcore/lab/trial/profiletrial.h"

#include "authcore/lab/hints.h"
#include "authcore/lab/trial/profilediff.h"
#include "authcore/lab/trial/usualplaces.h"
#include "authcore/profile/origin.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

//! The profile with the resource among what its token goes to; empty: it is already, or its origin
//! is none that the profile trusts.
std::optional<Remedy> protecting(const BackendProfile &profile, const QUrl &resource)
{
    if (profile.isProtected(resource))
        return std::nullopt;
    auto other = profile;
    const bool isTrusted = isSameOrigin(resource, profile.baseUrl)
        || isSameOrigin(resource, profile.resolved(profile.signIn.url));
    if (!profile.hasProtectedOrigin(resource) && isTrusted) {
        other.protectedOrigins.append(originOf(resource));
        if (other.isProtected(resource))
            return Remedy {other, u"the access token has to go to %1"_s.arg(originOf(resource))};
    }
    other.publicPaths.clear();
    if (other.isProtected(resource))
        return Remedy {other, u"publicPaths must not name it"_s};
    return std::nullopt;
}

} // namespace

ProfileTrial::ProfileTrial(Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
}

ProfileTrial::~ProfileTrial() = default;

void ProfileTrial::start(
    const BackendProfile &profile, const QJsonObject &document, const TrialSetup &setup)
{
    m_document = document;
    m_setup = setup;
    m_state.profile = profile;
    m_report.profile = profile;
    if (Discovery::isNeeded(profile))
        discover();
    else
        begin(TrialStepKind::SignIn);
}

void ProfileTrial::discover()
{
    m_discovery = std::make_unique<Discovery>(m_clock, m_setup.network);
    connect(m_discovery.get(), &Discovery::succeeded, this, [this](const Discovered &found) {
        m_state.profile = found.profile;
        begin(TrialStepKind::SignIn);
    });
    connect(m_discovery.get(), &Discovery::failed, this, [this](const TokenError &error) {
        TrialStep step {TrialStepKind::SignIn, TrialOutcome::Failed};
        step.problem = error.detail;
        step.remedy = u"Correct the issuer, or give the endpoints in the profile."_s;
        add(step, m_state.profile, m_state.profile);
        finish();
    });
    m_discovery->start(m_state.profile);
}

void ProfileTrial::begin(TrialStepKind step)
{
    if (m_search)
        m_search.release()->deleteLater(); // it is behind the call that led here
    m_search = std::make_unique<StepSearch>(m_clock, m_setup, step, m_state);
    connect(m_search.get(), &StepSearch::browserNeeded, this, &ProfileTrial::browserNeeded);
    connect(m_search.get(), &StepSearch::userCodeReady, this, &ProfileTrial::userCodeReady);
    m_search->start([this, step](const SearchResult &result) { done(step, result); });
}

void ProfileTrial::beginRequest(TrialStepKind step)
{
    const auto &profile = m_state.profile;
    const auto path = m_setup.resource.isEmpty() ? firstResource(profile) : m_setup.resource;
    const auto url = profile.resolved(path);
    if (path.isEmpty() || profile.isProtected(url))
        return begin(step);
    TrialStep problem {step, TrialOutcome::Failed};
    problem.problem = whyWithoutToken(profile, url);
    const auto remedy = protecting(profile, url);
    if (!remedy) {
        problem.remedy = u"Add its origin to protectedOrigins, if the access token may go there."_s;
        add(problem, profile, profile);
        return after(step);
    }
    problem.outcome = TrialOutcome::Mended;
    problem.remedy = remedy->why;
    const auto before = std::exchange(m_state.profile, remedy->profile);
    add(problem, before, m_state.profile);
    begin(step);
}

//! A resource that was asked for and that the profile does not name is worth keeping.
void ProfileTrial::keepResource(TrialStep &step)
{
    if (!m_state.profile.resources.isEmpty() || m_setup.resource.isEmpty())
        return;
    m_state.profile = withPlace(TrialStepKind::Resource, m_state.profile, m_setup.resource);
    step.outcome = TrialOutcome::Mended;
    step.problem = u"The profile names no resource."_s;
    step.remedy = u"\"%1\" becomes its first one"_s.arg(m_setup.resource.toString());
    step.mended = step.seen;
}

void ProfileTrial::done(TrialStepKind kind, const SearchResult &result)
{
    const auto before = std::exchange(m_state, result.after).profile;
    auto step = stepFor(kind, result, {m_setup.password, QString::fromUtf8(m_setup.clientSecret)});
    if (step.outcome == TrialOutcome::Failed)
        m_state.profile = before;
    else if (kind == TrialStepKind::Resource)
        keepResource(step);
    m_hasResource = m_hasResource || (kind == TrialStepKind::Resource && result.isGood);
    // Another resource that was found takes the place of the one that was asked for.
    if (m_state.profile.resources != before.resources)
        m_setup.resource.clear();
    add(step, before, m_state.profile);
    if (step.outcome == TrialOutcome::Failed && kind == TrialStepKind::SignIn) {
        for (const auto later : {TrialStepKind::Resource, TrialStepKind::RefusedToken,
                 TrialStepKind::Refresh, TrialStepKind::ResourceAgain})
            skip(later, u"nobody is signed in"_s);
        return finish();
    }
    after(kind);
}

void ProfileTrial::after(TrialStepKind kind)
{
    const bool hasFailed = m_report.steps.back().outcome == TrialOutcome::Failed;
    switch (kind) {
    case TrialStepKind::SignIn:
        return beginRequest(TrialStepKind::Resource);
    case TrialStepKind::Resource:
        if (!hasFailed)
            return begin(TrialStepKind::RefusedToken);
        skip(TrialStepKind::RefusedToken, u"there is no resource to ask for"_s);
        [[fallthrough]];
    case TrialStepKind::RefusedToken:
        if (!m_state.tokens.refreshToken.isEmpty() || m_state.profile.refreshesWithAccessToken())
            return begin(TrialStepKind::Refresh);
        skip(TrialStepKind::Refresh,
            u"the server has given no refresh token, so that people sign in again when the access "
            "token ends"_s);
        return finish();
    case TrialStepKind::Refresh:
        if (!hasFailed && m_hasResource)
            return begin(TrialStepKind::ResourceAgain);
        skip(TrialStepKind::ResourceAgain, u"an earlier step has failed"_s);
        [[fallthrough]];
    case TrialStepKind::ResourceAgain:
        return finish();
    }
}

void ProfileTrial::add(TrialStep step, const BackendProfile &before, const BackendProfile &after)
{
    step.patch = patchBetween(before, after, m_document);
    m_report.patch += step.patch;
    m_report.steps.push_back(step);
    Q_EMIT stepDone(m_report.steps.back());
}

void ProfileTrial::skip(TrialStepKind kind, const QString &why)
{
    TrialStep step {kind, TrialOutcome::Skipped};
    step.problem = why;
    add(step, m_state.profile, m_state.profile);
}

void ProfileTrial::finish()
{
    m_report.profile = m_state.profile;
    Q_EMIT finished(m_report);
}

} // namespace authcore::lab
