#pragma once

#include "authcore/lab/burst.h"
#include "authcore/lab/trace.h"

#include <QtCore/QString>

#include <optional>
#include <vector>

namespace authcore::lab {

//! What a run is expected to have been like. An empty field is not judged.
struct Expectation
{
    int sent = 3; //!< requests
    std::optional<int> challengesExactly; //!< first challenges of requests
    std::optional<int> challengesAtMost; //!< the window
    std::optional<int> refreshes; //!< refreshes started
    std::optional<int> ok; //!< requests that end with 2xx
    bool sessionEnds = false; //!< the tokens are gone afterwards

    bool operator==(const Expectation &) const = default;
};

//! One named rule, what it expected and what it saw. Ids and texts are the same in window and tool.
struct RuleResult
{
    QString id; //!< "exactly-one-refresh"
    QString title; //!< for people
    QString expected; //!< for people
    QString observed; //!< for people
    bool ok = false; //!< the rule held
    std::vector<RequestId> requests; //!< that broke it, for "show me"

    bool operator==(const RuleResult &) const = default;
};

//! Why a run was over before its time.
enum class Cut {
    Stopped, //!< by a person
    TimedOut, //!< nobody waited any longer
};

//! The judgement of one run.
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
    std::optional<Cut> cut; //!< what there is so far, and no judgement; empty: a whole run

    [[nodiscard]] bool passed() const; //!< a whole run, in which every rule held
};

//! Judges what `trace` recorded. Pure.
[[nodiscard]] Verdict judge(const Trace &trace, const Expectation &expectation);

// Rules about what a trace cannot see; add them to the verdict's where it can be known.

//! The callers' own view of "one final answer each".
[[nodiscard]] RuleResult judgeAnswers(const std::vector<BurstAnswer> &answers);
//! The session still holds tokens, or none any more, as `expectation` has it.
enum class TokensNow {
    Held, //!< somebody is signed in
    Gone, //!< nobody is any more
};
[[nodiscard]] RuleResult judgeTokens(TokensNow now, const Expectation &expectation);

//! Verdict in one line: "PASS  3 sent . 3 x 401 . refresh 1 of 1 . 3 retried . 0 lost . 214 ms".
[[nodiscard]] QString toLine(const Verdict &verdict);

} // namespace authcore::lab
