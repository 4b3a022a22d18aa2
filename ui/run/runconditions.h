#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/lab/scenario.h"
#include "ui/token/tokensummary.h"

namespace authcore {
class AuthSession;
}

namespace ui {

//! What is known about tokens and backend before a burst leaves.
struct RunConditions
{
    //! What the session thinks of its access token.
    enum class Local { Good, NearItsEnd, Expired, BeingRefreshed };

    TokenDamage damage;
    Local local = Local::Good;
    demobackend::RefreshAnswer refreshAnswer = demobackend::RefreshAnswer::Ok;
    int refreshAnswerTimes = 1;
    demobackend::ResourceAnswer resourceAnswer = demobackend::ResourceAnswer::Ok;
    demobackend::Knobs knobs;
    int requests = 3;
};

//! What a burst must be like, as far as its conditions decide it.
struct RunPlan
{
    authcore::lab::Expectation expectation;
    enum class SessionEnd { Judged, Unjudged } sessionEnd = SessionEnd::Judged;

    bool operator==(const RunPlan &) const = default;
};

//! What `session` thinks of its access token right now.
[[nodiscard]] RunConditions::Local localStateOf(const authcore::AuthSession &session);

//! What conditions do not decide is left unjudged: the verdict then rests on the rules that always
//! hold, one refresh at a time above all.
[[nodiscard]] RunPlan planFor(const RunConditions &conditions);

} // namespace ui
