#include "app/cli/run/jsonreport.h"

#include "app/cli/run/refreshtext.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QMetaEnum>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <utility>

using namespace Qt::StringLiterals;

namespace app::cli {

namespace {

//! Keeps the members in the given order. QJsonObject would sort them, and the verdict would come
//! last, after thousands of requests.
QByteArray object(std::initializer_list<std::pair<const char *, QByteArray>> members)
{
    QByteArray text;
    for (const auto &[name, value] : members)
        text += (text.isEmpty() ? "{\"" : ",\"") + QByteArray(name) + "\":" + value;
    return text + '}';
}

QByteArray array(const auto &elements, const auto &toJson)
{
    QByteArray text;
    for (const auto &element : elements)
        text += (text.isEmpty() ? "[" : ",") + toJson(element);
    return (text.isEmpty() ? "[" : text) + ']';
}

//! Qt escapes the text; its brackets are cut off.
QByteArray string(const QString &text)
{
    const auto array = QJsonDocument(QJsonArray {text}).toJson(QJsonDocument::Compact);
    return array.mid(1, array.size() - 2);
}

QByteArray number(std::optional<int> value)
{
    return value ? QByteArray::number(*value) : QByteArray("null");
}

QByteArray ruleJson(const authcore::lab::RuleResult &rule)
{
    return object({{"id", string(rule.id)}, {"expected", string(rule.expected)},
        {"observed", string(rule.observed)}, {"ok", rule.ok ? "true" : "false"}});
}

QByteArray requestJson(const authcore::lab::RequestRecord &request, authcore::Generation first)
{
    const auto attemptJson = [first](const authcore::lab::AttemptRecord &attempt) {
        return object({{"status", number(attempt.status)},
            {"generation", number(shownGeneration(attempt.generation, first))}});
    };
    return object(
        {{"status", number(request.status)}, {"attempts", array(request.attempts, attemptJson)}});
}

//! Null where there is no such text.
QByteArray stringOrNull(const QString &text)
{
    return text.isEmpty() ? QByteArray("null") : string(text);
}

QByteArray tokenJson(const std::optional<authcore::SignInReport::Token> &token)
{
    if (!token)
        return "null";
    return object({{"in", string(toName(token->place))}, {"at", string(token->name)},
        {"bytes", QByteArray::number(token->size)}, {"jwt", token->isJwt ? "true" : "false"}});
}

QByteArray signInJson(const authcore::SignInReport &report)
{
    const auto cookieJson = [](const authcore::SignInReport::Cookie &cookie) {
        return object({{"name", string(cookie.name)},
            {"never_sent_because", stringOrNull(cookie.whyNeverSent)}});
    };
    if (!report.accessToken)
        return "null";
    return object({{"access_token", tokenJson(report.accessToken)},
        {"refresh_token", tokenJson(report.refreshToken)},
        {"no_refresh_token_because", stringOrNull(report.whyNoRefreshToken)},
        {"lifetime_s",
            report.lifetime ? QByteArray::number(qint64(report.lifetime->count()))
                            : QByteArray("null")},
        {"lifetime_from", string(toName(report.lifetimeFrom))},
        {"account", stringOrNull(report.account)}, {"cookies", array(report.cookies, cookieJson)}});
}

QString codeName(std::optional<authcore::TokenError::Code> code)
{
    using Code = authcore::TokenError::Code;
    return code
        ? QString::fromLatin1(QMetaEnum::fromType<Code>().valueToKey(static_cast<int>(*code)))
        : QString();
}

QByteArray tryJson(const authcore::RefreshTry &tried)
{
    const authcore::EndpointTry &request = tried.request;
    const auto at =
        QDateTime::fromMSecsSinceEpoch(request.sentAt.time_since_epoch().count(), Qt::UTC);
    return object({{"number", number(tried.number)}, {"at", string(at.toString(Qt::ISODateWithMs))},
        {"took_ms", QByteArray::number(qint64(request.took.count()))}, {"url", string(request.url)},
        {"status", number(request.httpStatus)}, {"code", stringOrNull(codeName(tried.error))},
        {"detail", stringOrNull(tried.detail)}, {"error", stringOrNull(request.errorCode)},
        {"error_description", stringOrNull(request.errorDescription)},
        {"missing", stringOrNull(request.missing)}, {"answer", stringOrNull(request.answerStart)}});
}

QByteArray causeJson(const std::optional<authcore::TokenError> &cause)
{
    return stringOrNull(cause ? cause->detail : QString());
}

QByteArray refreshJson(const authcore::lab::RefreshRecord &refresh)
{
    const authcore::RefreshStory story = refresh.story ? *refresh.story : authcore::RefreshStory {};
    return object({{"outcome", string(outcomeOf(refresh))},
        {"try_count", number(static_cast<int>(refresh.tries.size()))},
        {"first_cause", causeJson(story.firstCause)}, {"last_cause", causeJson(story.lastCause)},
        {"last_status", number(story.lastStatus)}, {"decision", stringOrNull(story.decision)},
        {"tries", array(story.log, tryJson)}});
}

QString verdictWord(const authcore::lab::Verdict &verdict)
{
    if (verdict.cut == authcore::lab::Cut::Stopped)
        return u"stopped"_s;
    if (verdict.cut == authcore::lab::Cut::TimedOut)
        return u"timed-out"_s;
    return verdict.passed() ? u"pass"_s : u"fail"_s;
}

} // namespace

QByteArray jsonReport(const authcore::lab::Trace &trace, const authcore::lab::Verdict &verdict,
    authcore::Generation first, const authcore::SignInReport &signIn)
{
    using Milliseconds = std::chrono::duration<double, std::milli>;
    const auto wall = Milliseconds(verdict.wallTime).count();
    return object({{"verdict", string(verdictWord(verdict))},
        {"rules", array(verdict.rules, ruleJson)}, {"hints", array(verdict.hints, string)},
        {"sign_in", signInJson(signIn)}, {"sent", number(verdict.sent)}, {"ok", number(verdict.ok)},
        {"challenged", number(verdict.challenged)}, {"refresh_count", number(verdict.refreshes)},
        {"replayed", number(verdict.replayed)}, {"lost", number(verdict.lost)},
        {"wall_ms", QByteArray::number(wall, 'f', 1)},
        {"refreshes", array(trace.refreshes(), refreshJson)},
        {"requests", array(trace.requests(), [first](const auto &request) {
             return requestJson(request, first);
         })}});
}

int shownGeneration(authcore::Generation generation, authcore::Generation first)
{
    if (generation == authcore::Generation {})
        return 0;
    return std::max(0, static_cast<int>(generation) - static_cast<int>(first) + 1);
}

} // namespace app::cli
