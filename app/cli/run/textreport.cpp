#include "app/cli/run/textreport.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;
using authcore::RequestId;
using authcore::lab::RuleResult;
using authcore::lab::Trace;
using authcore::lab::Verdict;

namespace app::cli {

namespace {

constexpr qsizetype mostNumbers = 10;

//! " (requests 2, 7)"; empty where the rule names no request.
[[nodiscard]] QString brokenBy(const RuleResult &rule, const Trace &trace)
{
    const std::set<RequestId> broke(rule.requests.begin(), rule.requests.end());
    QStringList numbers;
    for (std::size_t index = 0; index < trace.requests().size(); ++index)
        if (broke.contains(trace.requests()[index].id))
            numbers.append(QString::number(index + 1));
    if (numbers.isEmpty())
        return {};
    if (numbers.size() > mostNumbers)
        numbers = numbers.mid(0, mostNumbers) << u"..."_s;
    return u" (requests %1)"_s.arg(numbers.join(u", "_s));
}

[[nodiscard]] QString ruleText(const RuleResult &rule, const Trace &trace, qsizetype idWidth)
{
    const auto mark = rule.ok ? u"ok    "_s : u"BROKEN"_s;
    auto text = u"  %1  %2  expected %3, observed %4"_s.arg(
        mark, rule.id.leftJustified(idWidth), rule.expected, rule.observed);
    if (!rule.ok)
        text += u"\n          does not hold: %1%2"_s.arg(rule.title, brokenBy(rule, trace));
    return text;
}

} // namespace

QString verdictText(const Verdict &verdict, const Trace &trace)
{
    qsizetype idWidth = 0;
    for (const auto &rule : verdict.rules)
        idWidth = std::max(idWidth, rule.id.size());
    QStringList lines {toLine(verdict)};
    for (const auto &hint : verdict.hints)
        lines.append(u"  hint    "_s + hint);
    for (const auto &rule : verdict.rules)
        lines.append(ruleText(rule, trace, idWidth));
    return lines.join(u'\n') + u'\n';
}

} // namespace app::cli
