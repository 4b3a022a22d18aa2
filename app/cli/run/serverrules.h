#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/lab/burst.h"
#include "authcore/lab/scenario.h"
#include "authcore/lab/verdict.h"
#include "authcore/profile/backendprofile.h"

#include <vector>

//! What only the built-in backend can add to a verdict: what the server saw. Pure.
namespace app::cli {

//! How the next refresh will go when the demo backend answers it so.
[[nodiscard]] authcore::lab::RefreshCourse courseFor(
    demobackend::RefreshAnswer answer, const authcore::BackendProfile &profile);

//! The server's counters against the scenario, and against what the client thinks it did.
[[nodiscard]] std::vector<authcore::lab::RuleResult> judgeServer(
    const demobackend::Counters &counters, const authcore::lab::Scenario &scenario,
    const authcore::lab::Verdict &verdict);

//! Each good answer names the length and the SHA-256 of `body`. `expected` answers must.
[[nodiscard]] authcore::lab::RuleResult judgeBodies(
    const std::vector<authcore::lab::BurstAnswer> &answers, const QByteArray &body, int expected);

} // namespace app::cli
