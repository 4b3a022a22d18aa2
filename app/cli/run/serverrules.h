#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/lab/burst.h"
#include "authcore/lab/scenario.h"
#include "authcore/lab/verdict.h"
#include "authcore/profile/backendprofile.h"

#include <vector>

//! The part of a verdict that only the built-in backend can give: what the server saw. Pure.
namespace app::cli {

//! The course of the next refresh if the demo backend gives it this answer.
[[nodiscard]] authcore::lab::RefreshCourse courseFor(
    demobackend::RefreshAnswer answer, const authcore::BackendProfile &profile);

//! Compares the server's counters with the scenario and with what the client saw.
[[nodiscard]] std::vector<authcore::lab::RuleResult> judgeServer(
    const demobackend::Counters &counters, const authcore::lab::Scenario &scenario,
    const authcore::lab::Verdict &verdict);

//! Each good answer names the length and the SHA-256 of `body`; `expected` answers must name them.
[[nodiscard]] authcore::lab::RuleResult judgeBodies(
    const std::vector<authcore::lab::BurstAnswer> &answers, const QByteArray &body, int expected);

} // namespace app::cli
