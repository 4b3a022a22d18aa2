#pragma once

#include "authcore/lab/burst.h"
#include "authcore/lab/trace.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>
#include <vector>

namespace authcore::lab {

//! The expected results of a run. An empty field is not judged.
struct Expectation
{
    int sent = 3; //!< requests
    std::optional<int> challengesExactly; //!< requests with a challenge
    std::optional<int> challengesAtMost; //!< likewise: the size of the window
    std::optional<int> refreshes; //!< refreshes started
    std::optional<int> ok; //!< requests that end with 2xx
    bool sessionEnds = false; //!< the tokens are erased

    bool operator==(const Expectation &) const = default;
};

//! The result of one named rule. Ids and texts are the same in the window and on the command line.
struct RuleResult
{
    QString id; //!< "exactly-one-refresh"
    QString title; //!< for people
    QString expected; //!< for people
    QString observed; //!< for people
    bool ok = false; //!< the rule held
    std::vector<RequestId> requests; //!< the requests that broke the rule

    bool operator==(const RuleResult &) const = default;
};

//! Why a run ended early.
enum class Cut {
    Stopped, //!< a person stopped the run
    TimedOut, //!< the run took too long
};

//! The verdict on one run.
struct Verdict
{
    std::vector<RuleResult> rules; //!< in the order in which they are shown
    int sent = 0; //!< requests
    int ok = 0; //!< requests that ended with 2xx
    int challenged = 0; //!< challenged attempts
    int refreshes = 0; //!< started
    std::optional<int> refreshesExpected; //!< empty: not judged
    int replayed = 0; //!< requests sent again after a challenge
    int lost = 0; //!< requests that never finished
    std::chrono::nanoseconds wallTime {}; //!< from the first request to the last answer
    std::optional<Cut> cut; //!< the run ended early and is not judged; empty: a whole run
    QStringList hints; //!< what to change in the profile, as sentences; see hintsFor()

    [[nodiscard]] bool passed() const; //!< the run is whole and no rule was broken
};

//! Judges what `trace` recorded. Pure.
[[nodiscard]] Verdict judge(const Trace &trace, const Expectation &expectation);

// Rules about facts outside the trace; callers that know these facts add the rules to the verdict.

//! The rule "one final answer for each request", as the callers count.
[[nodiscard]] RuleResult judgeAnswers(const std::vector<BurstAnswer> &answers);
//! The rule that the session has kept or erased its tokens, as `expectation` says.
enum class TokensNow {
    Held, //!< the session has tokens
    Gone, //!< the session has no tokens
};
[[nodiscard]] RuleResult judgeTokens(TokensNow now, const Expectation &expectation);

//! The verdict in one line: "PASS  3 sent . 3 x 401 . refresh 1 of 1 . 3 retried . 0 lost . 214
//! ms".
[[nodiscard]] QString toLine(const Verdict &verdict);

} // namespace authcore::lab
