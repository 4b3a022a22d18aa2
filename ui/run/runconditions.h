#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/lab/scenario.h"
#include "ui/token/tokensummary.h"

namespace authcore {
class AuthSession;
}

namespace ui {

//! What is known about the tokens and the backend before a burst is sent.
struct RunConditions
{
    //! The session's opinion of its access token.
    enum class Local { Good, NearItsEnd, Expired, BeingRefreshed };

    TokenDamage damage;
    Local local = Local::Good;
    demobackend::RefreshAnswer refreshAnswer = demobackend::RefreshAnswer::Ok;
    int refreshAnswerTimes = 1;
    demobackend::ResourceAnswer resourceAnswer = demobackend::ResourceAnswer::Ok;
    demobackend::Knobs knobs;
    int requests = 3;
};

//! What a burst is expected to do, as far as its conditions decide that.
struct RunPlan
{
    authcore::lab::Expectation expectation;
    enum class SessionEnd { Judged, Unjudged } sessionEnd = SessionEnd::Judged;

    bool operator==(const RunPlan &) const = default;
};

//! The opinion that `session` has of its access token now.
[[nodiscard]] RunConditions::Local localStateOf(const authcore::AuthSession &session);

//! Expects only what the conditions decide. The other rules are those that always hold, above all
//! one refresh at a time.
[[nodiscard]] RunPlan planFor(const RunConditions &conditions);

} // namespace ui
