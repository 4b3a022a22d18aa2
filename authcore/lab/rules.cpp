#include "authcore/lab/rules.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace authcore::lab {

bool isSuccess(const RequestRecord &request)
{
    return request.finishedAt && request.error == QNetworkReply::NoError
        && request.status.value_or(0) / 100 == 2;
}

bool isChallenged(const RequestRecord &request)
{
    return std::any_of(request.attempts.begin(), request.attempts.end(),
        [](const AttemptRecord &attempt) { return attempt.challenge.has_value(); });
}

bool isReplayed(const RequestRecord &request)
{
    return !request.attempts.empty()
        && std::any_of(request.attempts.begin(), request.attempts.end() - 1,
            [](const AttemptRecord &attempt) { return attempt.challenge.has_value(); });
}

} // namespace authcore::lab

namespace authcore::lab::rules {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Verdict)
};

using Ids = std::vector<RequestId>;

template <typename Breaks>
[[nodiscard]] Ids requestsThat(const Trace &trace, Breaks breaks)
{
    Ids ids;
    for (const auto &request : trace.requests())
        if (breaks(request))
            ids.push_back(request.id);
    return ids;
}

//! A rule about an exact number.
[[nodiscard]] RuleResult exactly(
    const QString &id, const QString &title, std::size_t expected, std::size_t observed, Ids broke)
{
    return {.id = id,
        .title = title,
        .expected = QString::number(expected),
        .observed = QString::number(observed),
        .ok = expected == observed,
        .requests = std::move(broke)};
}

//! A rule about something that must not happen.
[[nodiscard]] RuleResult never(const QString &id, const QString &title, Ids broke)
{
    const auto observed = broke.size();
    return exactly(id, title, 0, observed, std::move(broke));
}

[[nodiscard]] std::size_t count(int expected)
{
    return static_cast<std::size_t>(std::max(0, expected));
}

} // namespace

RuleResult everyRequestAnswered(const Trace &trace, const Expectation &expectation)
{
    const auto unanswered =
        requestsThat(trace, [](const RequestRecord &request) { return !request.finishedAt; });
    return exactly(QStringLiteral("every-request-answered"), Texts::tr("Every request is answered"),
        count(expectation.sent), trace.requests().size() - unanswered.size(), unanswered);
}

RuleResult oneFinalAnswerEach(const Trace &trace)
{
    std::unordered_map<RequestId, int> answers;
    for (const auto &event : trace.events())
        if (const auto *const finished = std::get_if<trace::RequestFinished>(&event.what))
            ++answers[finished->request];
    return never(QStringLiteral("one-final-answer-each"),
        Texts::tr("No request is answered more than once"),
        requestsThat(
            trace, [&answers](const RequestRecord &request) { return answers[request.id] > 1; }));
}

RuleResult refreshCount(const Trace &trace, int expected)
{
    Ids causes; // of the refreshes beyond the expected number
    for (auto index = count(expected); index < trace.refreshes().size(); ++index) {
        const auto &causedBy = trace.refreshes()[index].causedBy;
        causes.insert(causes.end(), causedBy.begin(), causedBy.end());
    }
    return expected == 0
        ? exactly(QStringLiteral("no-refresh"), Texts::tr("Nothing is refreshed"), 0,
            trace.refreshes().size(), causes)
        : exactly(QStringLiteral("exactly-one-refresh"), Texts::tr("One refresh for all of them"),
            count(expected), trace.refreshes().size(), causes);
}

RuleResult successCount(const Trace &trace, const Expectation &expectation, int expected)
{
    const auto succeeded = requestsThat(trace, isSuccess);
    const auto failed =
        requestsThat(trace, [](const RequestRecord &request) { return !isSuccess(request); });
    if (expected == 0)
        return exactly(QStringLiteral("no-request-succeeded"),
            Texts::tr("No request gets a protected resource"), 0, succeeded.size(), succeeded);
    if (expected >= expectation.sent)
        return exactly(QStringLiteral("every-request-succeeded"),
            Texts::tr("Every request succeeds"), count(expected), succeeded.size(), failed);
    const bool isMet = succeeded.size() == count(expected);
    return exactly(QStringLiteral("some-requests-succeeded"), Texts::tr("Some requests succeed"),
        count(expected), succeeded.size(), isMet ? Ids {} : failed);
}

RuleResult challengesExactly(const Trace &trace, int expected)
{
    const auto challenged = requestsThat(trace, isChallenged);
    Ids broke;
    if (challenged.size() > count(expected))
        broke.assign(challenged.begin() + expected, challenged.end());
    else if (challenged.size() < count(expected))
        broke = requestsThat(
            trace, [](const RequestRecord &request) { return !isChallenged(request); });
    return exactly(QStringLiteral("challenges-exactly"), Texts::tr("So many requests meet a 401"),
        count(expected), challenged.size(), broke);
}

RuleResult challengesWithinWindow(const Trace &trace, int most)
{
    const auto challenged = requestsThat(trace, isChallenged);
    Ids broke;
    if (challenged.size() > count(most))
        broke.assign(challenged.begin() + most, challenged.end());
    return {.id = QStringLiteral("challenges-within-window"),
        .title = Texts::tr("No more requests meet a 401 than are on the way at once"),
        .expected = Texts::tr("at most %1").arg(most),
        .observed = QString::number(challenged.size()),
        .ok = broke.empty(),
        .requests = broke};
}

RuleResult neverTwoRefreshesAtOnce(const Trace &trace)
{
    std::unordered_set<RefreshId> running;
    std::size_t most = 0;
    std::unordered_set<RefreshId> late; // refreshes that started while another one ran
    for (const auto &event : trace.events()) {
        if (const auto *const started = std::get_if<trace::RefreshStarted>(&event.what)) {
            if (!running.empty())
                late.insert(started->refresh);
            running.insert(started->refresh);
            most = std::max(most, running.size());
        } else if (const auto *const finished = std::get_if<trace::RefreshFinished>(&event.what)) {
            running.erase(finished->refresh);
        } else if (const auto *const gone = std::get_if<trace::RefreshDiscarded>(&event.what)) {
            running.erase(gone->refresh);
        }
    }
    Ids causes;
    for (const auto &refresh : trace.refreshes())
        if (late.contains(refresh.id))
            causes.insert(causes.end(), refresh.causedBy.begin(), refresh.causedBy.end());
    return {.id = QStringLiteral("never-two-refreshes-at-once"),
        .title = Texts::tr("Never two refreshes at once"),
        .expected = Texts::tr("at most %1").arg(1),
        .observed = QString::number(most),
        .ok = most <= 1,
        .requests = causes};
}

RuleResult replaysUseNewGeneration(const Trace &trace)
{
    const auto repeatsOldToken = [](const RequestRecord &request) {
        const auto &attempts = request.attempts;
        return std::adjacent_find(attempts.begin(), attempts.end(),
                   [](const AttemptRecord &before, const AttemptRecord &after) {
                       return before.challenge && after.generation <= before.generation;
                   })
            != attempts.end();
    };
    return never(QStringLiteral("replays-use-new-generation"),
        Texts::tr("No request is sent again with a token that was refused"),
        requestsThat(trace, repeatsOldToken));
}

//! After the session's end a new request may be sent without a token, but no earlier request may be
//! sent any more.
RuleResult noReplayAfterEnd(const Trace &trace)
{
    bool hasEnded = false;
    std::unordered_set<RequestId> madeAfterEnd;
    std::unordered_set<RequestId> challenged;
    std::unordered_set<RequestId> broke;
    for (const auto &event : trace.events()) {
        if (std::holds_alternative<trace::SessionEnded>(event.what)) {
            hasEnded = true;
        } else if (std::holds_alternative<trace::TokensReplaced>(event.what)) {
            hasEnded = false;
        } else if (const auto *const created = std::get_if<trace::RequestCreated>(&event.what)) {
            if (hasEnded)
                madeAfterEnd.insert(created->request);
        } else if (const auto *const met = std::get_if<trace::Challenged>(&event.what)) {
            challenged.insert(met->request);
        } else if (const auto *const sent = std::get_if<trace::AttemptSent>(&event.what)) {
            const bool isBare =
                madeAfterEnd.contains(sent->request) && !challenged.contains(sent->request);
            if (hasEnded && !isBare)
                broke.insert(sent->request);
        }
    }
    return never(QStringLiteral("no-replay-after-end"),
        Texts::tr("Nothing is sent again once the session has ended"),
        requestsThat(
            trace, [&broke](const RequestRecord &request) { return broke.contains(request.id); }));
}

RuleResult sessionEnd(const Trace &trace, const Expectation &expectation)
{
    return expectation.sessionEnds
        ? exactly(QStringLiteral("session-ended"), Texts::tr("The session ends, once"), 1,
            trace.sessionEnds().size(), {})
        : exactly(QStringLiteral("session-kept"), Texts::tr("The session does not end"), 0,
            trace.sessionEnds().size(), {});
}

} // namespace authcore::lab::rules
