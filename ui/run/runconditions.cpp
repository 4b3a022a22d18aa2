#include "ui/run/runconditions.h"

#include "authcore/session/authsession.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace ui {

using namespace authcore::lab;
using namespace demobackend;
using namespace std::chrono_literals;

namespace {

//! Translates the damage to the access token into the lab's terms.
void setBefore(Scenario &scenario, const RunConditions &conditions)
{
    switch (conditions.damage.access) {
    case TokenDamage::Access::Broken:
        scenario.before = Before::BreakAccess;
        break;
    case TokenDamage::Access::Deleted:
        scenario.before = Before::DeleteAccess;
        break;
    case TokenDamage::Access::ExpiredAtServer:
    case TokenDamage::Access::Revoked:
        scenario.before = Before::ExpireAccess;
        scenario.expiry = Expiry::KnownToServer;
        break;
    case TokenDamage::Access::Intact:
        scenario.before = Before::Nothing;
        break;
    }
    if (conditions.local == RunConditions::Local::Expired
        && scenario.before != Before::DeleteAccess) {
        scenario.before = Before::ExpireAccess;
        scenario.expiry = Expiry::KnownHere;
    }
}

//! Predicts the course of the refresh; empty: the conditions do not decide it.
std::optional<RefreshCourse> courseOf(const RunConditions &conditions)
{
    switch (conditions.refreshAnswer) {
    case RefreshAnswer::InvalidGrant:
    case RefreshAnswer::Unauthorized:
    case RefreshAnswer::Forbidden:
        return RefreshCourse::Rejected;
    case RefreshAnswer::Ok:
    case RefreshAnswer::SlowBody:
        break;
    case RefreshAnswer::TooManyRequests:
    case RefreshAnswer::ServerError:
    case RefreshAnswer::Drop:
    case RefreshAnswer::DropInBody:
    case RefreshAnswer::Garbage:
        if (conditions.refreshAnswerTimes > 1)
            return {}; // the retries and the deadline race each other
        break;
    case RefreshAnswer::Hang:
        return {};
    case RefreshAnswer::LoseAnswer:
        if (conditions.refreshAnswerTimes == 1 && conditions.knobs.rotation
            && conditions.knobs.reuseDetection && conditions.knobs.reuseGrace.count() == 0)
            return RefreshCourse::AnswerLost;
        return {};
    }
    if (conditions.damage.refresh != TokenDamage::Refresh::Intact) {
        if (conditions.knobs.unknownRefreshTokenStatus >= 500)
            return {};
        return RefreshCourse::Rejected;
    }
    return RefreshCourse::Succeeds;
}

//! Expects only what always holds.
RunPlan openPlan(int requests)
{
    Expectation expectation;
    expectation.sent = requests;
    return {expectation, RunPlan::SessionEnd::Unjudged};
}

} // namespace

RunConditions::Local localStateOf(const authcore::AuthSession &session)
{
    if (session.isRefreshInProgress())
        return RunConditions::Local::BeingRefreshed;
    if (!session.isTokenUsable())
        return RunConditions::Local::Expired;
    const authcore::TokenSet tokens = session.tokens();
    if (!tokens.expiresAt)
        return RunConditions::Local::Good;
    const auto now = session.clock().nowInSeconds();
    // The policy refreshes before the expiry, and sending takes a moment more.
    const authcore::RefreshPolicy &policy = session.profile().policy;
    const auto lifetime = *tokens.expiresAt - tokens.receivedAt.value_or(now);
    const std::chrono::duration<double> ahead =
        std::min<std::chrono::duration<double>>(policy.leeway, policy.leewayFraction * lifetime);
    const auto left = std::chrono::duration<double>(*tokens.expiresAt - now);
    return left > ahead + 2s ? RunConditions::Local::Good : RunConditions::Local::NearItsEnd;
}

RunPlan planFor(const RunConditions &conditions)
{
    const bool usualResource = conditions.resourceAnswer == ResourceAnswer::Ok
        || conditions.resourceAnswer == ResourceAnswer::Slow;
    const bool settled = conditions.local == RunConditions::Local::Good
        || conditions.local == RunConditions::Local::Expired;
    if (!usualResource || !settled)
        return openPlan(conditions.requests);

    Scenario scenario;
    scenario.requests = conditions.requests;
    setBefore(scenario, conditions);
    const std::optional<RefreshCourse> course = courseOf(conditions);
    if (!course && scenario.before != Before::Nothing)
        return openPlan(conditions.requests);
    scenario.course = course.value_or(RefreshCourse::Succeeds);
    RunPlan plan {authcore::lab::expectationFor(scenario), RunPlan::SessionEnd::Judged};
    // After a rejection the window holds the requests and sends them after the next sign-in.
    if (plan.expectation.sessionEnds)
        plan.expectation.ok = conditions.requests;
    return plan;
}

} // namespace ui
