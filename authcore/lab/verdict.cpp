#include "authcore/lab/verdict.h"

#include "authcore/lab/rules.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace authcore::lab {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Verdict)
};

[[nodiscard]] std::vector<RuleResult> rulesFor(const Trace &trace, const Expectation &expectation)
{
    std::vector<RuleResult> results;
    results.push_back(rules::everyRequestAnswered(trace, expectation));
    results.push_back(rules::oneFinalAnswerEach(trace));
    if (expectation.refreshes)
        results.push_back(rules::refreshCount(trace, *expectation.refreshes));
    if (expectation.ok)
        results.push_back(rules::successCount(trace, expectation, *expectation.ok));
    if (expectation.challengesExactly)
        results.push_back(rules::challengesExactly(trace, *expectation.challengesExactly));
    if (expectation.challengesAtMost)
        results.push_back(rules::challengesWithinWindow(trace, *expectation.challengesAtMost));
    results.push_back(rules::neverTwoRefreshesAtOnce(trace));
    results.push_back(rules::replaysUseNewGeneration(trace));
    results.push_back(rules::noReplayAfterEnd(trace));
    results.push_back(rules::sessionEnd(trace, expectation));
    return results;
}

//! The time from the first request to the last answer.
[[nodiscard]] std::chrono::nanoseconds wallTimeOf(const Trace &trace)
{
    if (trace.requests().empty())
        return {};
    const auto first = trace.requests().front().createdAt;
    auto last = first;
    for (const auto &request : trace.requests())
        last = std::max(last, request.finishedAt.value_or(trace.lastEventAt()));
    return last - first;
}

} // namespace

bool Verdict::passed() const
{
    return !cut
        && std::all_of(rules.begin(), rules.end(), [](const RuleResult &rule) { return rule.ok; });
}

Verdict judge(const Trace &trace, const Expectation &expectation)
{
    Verdict verdict;
    verdict.rules = rulesFor(trace, expectation);
    verdict.sent = static_cast<int>(trace.requests().size());
    for (const auto &request : trace.requests()) {
        verdict.ok += isSuccess(request) ? 1 : 0;
        verdict.replayed += isReplayed(request) ? 1 : 0;
        verdict.lost += request.finishedAt ? 0 : 1;
        verdict.challenged +=
            static_cast<int>(std::count_if(request.attempts.begin(), request.attempts.end(),
                [](const AttemptRecord &attempt) { return attempt.challenge.has_value(); }));
    }
    verdict.refreshes = static_cast<int>(trace.refreshes().size());
    verdict.refreshesExpected = expectation.refreshes;
    verdict.wallTime = wallTimeOf(trace);
    return verdict;
}

RuleResult judgeAnswers(const std::vector<BurstAnswer> &answers)
{
    const auto heardOnce = std::count_if(answers.begin(), answers.end(),
        [](const BurstAnswer &answer) { return answer.finishedCount == 1; });
    return {.id = QStringLiteral("each-caller-heard-once"),
        .title = Texts::tr("Each caller hears of its answer exactly once"),
        .expected = QString::number(answers.size()),
        .observed = QString::number(heardOnce),
        .ok = static_cast<std::size_t>(heardOnce) == answers.size(),
        .requests = {}};
}

RuleResult judgeTokens(TokensNow now, const Expectation &expectation)
{
    const auto word = [](TokensNow tokens) {
        return tokens == TokensNow::Held ? Texts::tr("held") : Texts::tr("gone");
    };
    const auto expected = expectation.sessionEnds ? TokensNow::Gone : TokensNow::Held;
    return {.id = expectation.sessionEnds ? QStringLiteral("tokens-erased")
                                          : QStringLiteral("tokens-kept"),
        .title = expectation.sessionEnds ? Texts::tr("No token is left")
                                         : Texts::tr("The tokens are kept"),
        .expected = word(expected),
        .observed = word(now),
        .ok = now == expected,
        .requests = {}};
}

QString toLine(const Verdict &verdict)
{
    const auto firstWord = [](const Verdict &any) {
        if (any.cut == Cut::Stopped)
            return Texts::tr("STOPPED");
        if (any.cut == Cut::TimedOut)
            return Texts::tr("TIMED OUT");
        return any.passed() ? Texts::tr("PASS") : Texts::tr("FAIL");
    };
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(verdict.wallTime).count();
    const auto refreshes = verdict.refreshesExpected
        ? Texts::tr("refresh %1 of %2").arg(verdict.refreshes).arg(*verdict.refreshesExpected)
        : Texts::tr("refresh %1").arg(verdict.refreshes);
    return Texts::tr("%1  %2 sent . %3 x 401 . %4 . %5 retried . %6 lost . %7 ms")
        .arg(firstWord(verdict))
        .arg(verdict.sent)
        .arg(verdict.challenged)
        .arg(refreshes)
        .arg(verdict.replayed)
        .arg(verdict.lost)
        .arg(milliseconds);
}

} // namespace authcore::lab
