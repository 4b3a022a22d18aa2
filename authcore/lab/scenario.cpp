#include "authcore/lab/scenario.h"

#include <algorithm>
#include <array>
#include <utility>

namespace authcore::lab {

namespace {

constexpr std::array everyBefore {Before::BreakAccess, Before::ExpireAccess, Before::DeleteAccess,
    Before::BreakRefresh, Before::Nothing};

//! An invalid token of the same shape. In a JWT, the first character of the signature is changed,
//! since decoders may drop bits of the last one; the claims stay readable.
[[nodiscard]] QByteArray broken(QByteArray token)
{
    const auto place = token.lastIndexOf('.') + 1;
    if (place >= token.size())
        return token + "broken";
    token[place] = token.at(place) == 'A' ? 'B' : 'A';
    return token;
}

//! Whether the client takes the access token for valid, so that only a challenge causes a refresh.
[[nodiscard]] bool isChallenged(const Scenario &scenario)
{
    switch (scenario.before) {
    case Before::BreakAccess:
    case Before::BreakRefresh:
        return true;
    case Before::ExpireAccess:
        return scenario.expiry == Expiry::KnownToServer;
    case Before::DeleteAccess: // without a token, the refresh comes before the first request
    case Before::Nothing:
        return false;
    }
    return false;
}

//! The first answer to a broken refresh token is a rejection.
[[nodiscard]] RefreshCourse courseOf(const Scenario &scenario)
{
    if (scenario.before == Before::BreakRefresh && scenario.course != RefreshCourse::KeepsFailing)
        return RefreshCourse::Rejected;
    return scenario.course;
}

//! How many requests succeed; empty: that depends on the order of arrival.
[[nodiscard]] std::optional<int> successesOf(const Scenario &scenario)
{
    switch (courseOf(scenario)) {
    case RefreshCourse::Rejected:
    case RefreshCourse::AnswerLost:
    case RefreshCourse::KeepsFailing:
        return 0;
    case RefreshCourse::Succeeds:
    case RefreshCourse::Recovers:
        break;
    }
    if (scenario.body == Scenario::Body::Replayable || !isChallenged(scenario))
        return scenario.requests;
    // A challenge is final for a one-shot body; requests that were sent after the refresh succeed.
    if (scenario.requests <= scenario.window)
        return 0;
    return {};
}

[[nodiscard]] bool endsSession(RefreshCourse course)
{
    return course == RefreshCourse::Rejected || course == RefreshCourse::AnswerLost;
}

} // namespace

QString toName(Before before)
{
    switch (before) {
    case Before::BreakAccess:
        return QStringLiteral("break-access");
    case Before::ExpireAccess:
        return QStringLiteral("expire-access");
    case Before::DeleteAccess:
        return QStringLiteral("delete-access");
    case Before::BreakRefresh:
        return QStringLiteral("break-refresh");
    case Before::Nothing:
        return QStringLiteral("none");
    }
    return {};
}

std::optional<Before> beforeFromName(const QString &name)
{
    const auto *const found = std::find_if(everyBefore.begin(), everyBefore.end(),
        [&name](Before before) { return toName(before) == name; });
    if (found == everyBefore.end())
        return {};
    return *found;
}

QStringList beforeNames()
{
    QStringList names;
    for (const auto before : everyBefore)
        names.append(toName(before));
    return names;
}

TokenSet applied(Before before, TokenSet tokens, std::chrono::sys_seconds now)
{
    switch (before) {
    case Before::BreakAccess:
        tokens.accessToken = broken(tokens.accessToken);
        break;
    case Before::ExpireAccess:
        tokens.expiresAt = now - std::chrono::seconds(1);
        break;
    case Before::DeleteAccess:
        tokens.accessToken.clear();
        break;
    case Before::BreakRefresh:
        tokens.accessToken = broken(tokens.accessToken);
        tokens.refreshToken = broken(tokens.refreshToken);
        break;
    case Before::Nothing:
        break;
    }
    return tokens;
}

Expectation expectationFor(const Scenario &scenario)
{
    Expectation expectation;
    expectation.sent = scenario.requests;
    if (scenario.before == Before::Nothing) {
        expectation.challengesExactly = 0;
        expectation.refreshes = 0;
        expectation.ok = scenario.requests;
        return expectation;
    }
    if (!isChallenged(scenario))
        expectation.challengesExactly = 0;
    else if (scenario.requests <= scenario.window)
        expectation.challengesExactly = scenario.requests;
    else
        expectation.challengesAtMost = scenario.window;
    if (courseOf(scenario) != RefreshCourse::KeepsFailing)
        expectation.refreshes = 1;
    expectation.ok = successesOf(scenario);
    expectation.sessionEnds = endsSession(courseOf(scenario));
    return expectation;
}

std::optional<int> refreshTriesIn(const Scenario &scenario)
{
    if (scenario.before == Before::Nothing)
        return 0;
    switch (scenario.course) {
    case RefreshCourse::Succeeds:
    case RefreshCourse::Rejected:
        return 1;
    case RefreshCourse::Recovers:
    case RefreshCourse::AnswerLost:
        return 2;
    case RefreshCourse::KeepsFailing:
        break;
    }
    return {};
}

} // namespace authcore::lab
