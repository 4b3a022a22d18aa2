#include "app/cli/run/serverrules.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using authcore::BackendProfile;
using authcore::lab::Before;
using authcore::lab::RefreshCourse;
using authcore::lab::RuleResult;
using authcore::lab::Scenario;
using demobackend::RefreshAnswer;

namespace app::cli {

namespace {

constexpr auto demoRetryAfter = 1s; // for RefreshAnswer::TooManyRequests
// For RefreshAnswer::SlowBody; the server rotates before it answers.
constexpr auto demoSlowBody = 2s;

[[nodiscard]] RuleResult exactly(
    const QString &id, const QString &title, int expected, int observed)
{
    return {.id = id,
        .title = title,
        .expected = QString::number(expected),
        .observed = QString::number(observed),
        .ok = expected == observed,
        .requests = {}};
}

//! The profile decides what a status without an OAuth error code means.
[[nodiscard]] RefreshCourse courseOfStatus(int status, const BackendProfile &profile)
{
    return profile.refreshRejectedStatuses.contains(status) ? RefreshCourse::Rejected
                                                            : RefreshCourse::Recovers;
}

//! An error of RFC 6749 section 5.2, which comes with status 400.
[[nodiscard]] RefreshCourse courseOfError(const QString &error, const BackendProfile &profile)
{
    const bool isRead = profile.answer.error == "/error"_L1;
    if (isRead && profile.isRefusal(error))
        return RefreshCourse::Rejected;
    return courseOfStatus(400, profile);
}

[[nodiscard]] RuleResult refreshTries(int expected, int observed)
{
    if (expected == 0)
        return exactly(u"server-saw-no-refresh"_s, u"The server was not asked for new tokens"_s,
            expected, observed);
    if (expected == 1)
        return exactly(u"server-saw-one-refresh"_s, u"The server was asked for new tokens once"_s,
            expected, observed);
    return exactly(u"server-saw-refresh-tries"_s,
        u"The server was asked again after the first try"_s, expected, observed);
}

//! The server does not rotate a broken refresh token, nor one that it never receives.
[[nodiscard]] int rotationsIn(const Scenario &scenario)
{
    if (scenario.before == Before::Nothing || scenario.before == Before::BreakRefresh)
        return 0;
    switch (scenario.course) {
    case RefreshCourse::Succeeds:
    case RefreshCourse::Recovers:
    case RefreshCourse::AnswerLost:
        return 1;
    case RefreshCourse::Rejected:
    case RefreshCourse::KeepsFailing:
        break;
    }
    return 0;
}

} // namespace

RefreshCourse courseFor(RefreshAnswer answer, const BackendProfile &profile)
{
    switch (answer) {
    case RefreshAnswer::Ok:
        return RefreshCourse::Succeeds;
    case RefreshAnswer::SlowBody:
        return profile.policy.tryTimeout > demoSlowBody ? RefreshCourse::Succeeds
                                                        : RefreshCourse::AnswerLost;
    case RefreshAnswer::InvalidGrant:
        return courseOfError(u"invalid_grant"_s, profile);
    case RefreshAnswer::Unauthorized:
        return courseOfStatus(401, profile);
    case RefreshAnswer::Forbidden:
        return courseOfStatus(403, profile);
    case RefreshAnswer::ServerError:
        return courseOfStatus(500, profile);
    case RefreshAnswer::TooManyRequests:
        return profile.policy.totalTimeout > demoRetryAfter ? courseOfStatus(429, profile)
                                                            : RefreshCourse::KeepsFailing;
    case RefreshAnswer::Hang:
        return profile.policy.totalTimeout > profile.policy.tryTimeout
            ? RefreshCourse::Recovers
            : RefreshCourse::KeepsFailing;
    case RefreshAnswer::Drop:
    case RefreshAnswer::DropInBody:
    case RefreshAnswer::Garbage:
        return RefreshCourse::Recovers;
    case RefreshAnswer::LoseAnswer:
        return RefreshCourse::AnswerLost;
    }
    return RefreshCourse::Succeeds;
}

std::vector<RuleResult> judgeServer(const demobackend::Counters &counters, const Scenario &scenario,
    const authcore::lab::Verdict &verdict)
{
    std::vector<RuleResult> rules;
    if (const auto tries = refreshTriesIn(scenario))
        rules.push_back(refreshTries(*tries, counters.refreshes));
    const int rotations = rotationsIn(scenario);
    rules.push_back(rotations == 0
            ? exactly(u"server-rotated-nothing"_s, u"The server issued no new refresh token"_s, 0,
                counters.rotations)
            : exactly(u"server-rotated-once"_s, u"The server issued one new refresh token"_s,
                rotations, counters.rotations));
    const bool showsUsedToken = scenario.course == RefreshCourse::AnswerLost && rotations == 1;
    rules.push_back(showsUsedToken
            ? exactly(u"server-saw-one-reuse"_s,
                u"The server saw the refresh token whose answer was lost again, once"_s, 1,
                counters.reuses)
            : exactly(u"server-saw-no-reuse"_s, u"The server saw no used refresh token"_s, 0,
                counters.reuses));
    rules.push_back(exactly(u"server-challenged-as-seen"_s,
        u"The server sent as many 401 as arrived"_s, verdict.challenged, counters.challenges));
    rules.push_back(exactly(u"server-served-each-once"_s,
        u"The server gave the resource as often as it arrived"_s, verdict.ok, counters.served));
    return rules;
}

RuleResult judgeBodies(
    const std::vector<authcore::lab::BurstAnswer> &answers, const QByteArray &body, int expected)
{
    const auto hash =
        QString::fromLatin1(QCryptographicHash::hash(body, QCryptographicHash::Sha256).toHex());
    const auto arrivedWhole =
        std::count_if(answers.begin(), answers.end(), [&](const auto &answer) {
            const auto seen = QJsonDocument::fromJson(answer.body).object();
            return seen["length"_L1].toInteger(-1) == body.size()
                && seen["sha256"_L1].toString() == hash;
        });
    return exactly(u"bodies-identical"_s, u"The server received each body byte by byte as sent"_s,
        expected, static_cast<int>(arrivedWhole));
}

} // namespace app::cli
