#include "app/cli/run/jsonreport.h"

#include "app/cli/run/orderedjson.h"

#include <algorithm>
#include <chrono>

using namespace Qt::StringLiterals;

namespace app::cli {

namespace {

void writeRules(OrderedJson &json, const std::vector<authcore::lab::RuleResult> &rules)
{
    json.beginArray();
    for (const auto &rule : rules) {
        json.beginObject();
        json.key("id").value(rule.id);
        json.key("expected").value(rule.expected);
        json.key("observed").value(rule.observed);
        json.key("ok").value(rule.ok);
        json.end();
    }
    json.end();
}

void writeRequest(
    OrderedJson &json, const authcore::lab::RequestRecord &request, authcore::Generation first)
{
    json.beginObject();
    json.key("status").value(request.status);
    json.key("attempts").beginArray();
    for (const auto &attempt : request.attempts) {
        json.beginObject();
        json.key("status").value(attempt.status);
        json.key("generation").value(shownGeneration(attempt.generation, first));
        json.end();
    }
    json.end();
    json.end();
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
    authcore::Generation first)
{
    using Milliseconds = std::chrono::duration<double, std::milli>;
    OrderedJson json;
    json.beginObject();
    json.key("verdict").value(verdictWord(verdict));
    json.key("rules");
    writeRules(json, verdict.rules);
    json.key("sent").value(verdict.sent);
    json.key("ok").value(verdict.ok);
    json.key("challenged").value(verdict.challenged);
    json.key("refreshes").value(verdict.refreshes);
    json.key("replayed").value(verdict.replayed);
    json.key("lost").value(verdict.lost);
    json.key("wall_ms").valueWithOneDecimal(Milliseconds(verdict.wallTime).count());
    json.key("requests").beginArray();
    for (const auto &request : trace.requests())
        writeRequest(json, request, first);
    json.end();
    json.end();
    return json.text();
}

int shownGeneration(authcore::Generation generation, authcore::Generation first)
{
    if (generation == authcore::Generation {})
        return 0;
    return std::max(0, static_cast<int>(generation) - static_cast<int>(first) + 1);
}

} // namespace app::cli
