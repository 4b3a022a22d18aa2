#pragma once

#include "authcore/lab/verdict.h"

//! The rules of a verdict, one function each. They are pure and private to the lab.
namespace authcore::lab::rules {

[[nodiscard]] RuleResult everyRequestAnswered(const Trace &trace, const Expectation &expectation);
[[nodiscard]] RuleResult oneFinalAnswerEach(const Trace &trace);
//! `exactly-one-refresh`, or `no-refresh` where none is expected.
[[nodiscard]] RuleResult refreshCount(const Trace &trace, int expected);
//! `every-request-succeeded`, `no-request-succeeded` or `some-requests-succeeded`.
[[nodiscard]] RuleResult successCount(
    const Trace &trace, const Expectation &expectation, int expected);
[[nodiscard]] RuleResult challengesExactly(const Trace &trace, int expected);
[[nodiscard]] RuleResult challengesWithinWindow(const Trace &trace, int most);
[[nodiscard]] RuleResult neverTwoRefreshesAtOnce(const Trace &trace);
[[nodiscard]] RuleResult replaysUseNewGeneration(const Trace &trace);
[[nodiscard]] RuleResult noReplayAfterEnd(const Trace &trace);
//! `session-ended` or `session-kept`.
[[nodiscard]] RuleResult sessionEnd(const Trace &trace, const Expectation &expectation);

} // namespace authcore::lab::rules

namespace authcore::lab {

[[nodiscard]] bool isSuccess(const RequestRecord &request); //!< the caller got a 2xx
[[nodiscard]] bool isChallenged(const RequestRecord &request); //!< an attempt was challenged
[[nodiscard]] bool isReplayed(const RequestRecord &request); //!< sent again after a challenge

} // namespace authcore::lab
