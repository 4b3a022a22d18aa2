#include "app/cli/connect/trialtext.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

using namespace Qt::StringLiterals;
using authcore::lab::MaskedExchange;
using authcore::lab::TrialOutcome;
using authcore::lab::TrialReport;
using authcore::lab::TrialStep;
using authcore::lab::TrialStepKind;

namespace app::cli {

namespace {

QString titleOf(TrialStepKind kind)
{
    switch (kind) {
    case TrialStepKind::SignIn:
        return u"Sign in"_s;
    case TrialStepKind::Resource:
        return u"A protected resource"_s;
    case TrialStepKind::RefusedToken:
        return u"The same with a broken token"_s;
    case TrialStepKind::Refresh:
        return u"Refresh"_s;
    case TrialStepKind::ResourceAgain:
        return u"The resource with the new token"_s;
    }
    return {};
}

QString nameOf(TrialStepKind kind)
{
    switch (kind) {
    case TrialStepKind::SignIn:
        return u"sign-in"_s;
    case TrialStepKind::Resource:
        return u"resource"_s;
    case TrialStepKind::RefusedToken:
        return u"refused-token"_s;
    case TrialStepKind::Refresh:
        return u"refresh"_s;
    case TrialStepKind::ResourceAgain:
        return u"resource-again"_s;
    }
    return {};
}

QString nameOf(TrialOutcome outcome)
{
    switch (outcome) {
    case TrialOutcome::Passed:
        return u"pass"_s;
    case TrialOutcome::Mended:
        return u"mended"_s;
    case TrialOutcome::Failed:
        return u"fail"_s;
    case TrialOutcome::Skipped:
        return u"skipped"_s;
    }
    return {};
}

QString verdictOf(const TrialReport &report)
{
    if (report.passed())
        return u"pass"_s;
    return report.isMended() ? u"mended"_s : u"fail"_s;
}

QString patchText(const authcore::JsonPatch &patch)
{
    QStringList lines;
    const auto edits = toJson(patch);
    for (const auto &edit : edits)
        lines.append(
            QString::fromUtf8(QJsonDocument(edit.toObject()).toJson(QJsonDocument::Compact)));
    return lines.join(u",\n      "_s);
}

void addLine(QStringList &lines, const QString &name, const QString &text)
{
    if (!text.isEmpty())
        lines.append(u"    "_s + name.leftJustified(9) + text.simplified());
}

void addExchange(QStringList &lines, const MaskedExchange &seen)
{
    if (seen.request.isEmpty())
        return;
    addLine(lines, u"sent"_s, seen.request);
    for (const QString &header : seen.headers)
        addLine(lines, {}, header);
    addLine(lines, {}, seen.body);
    addLine(lines, u"came"_s,
        seen.status ? QString::number(*seen.status) + u' ' + seen.answerHeaders.join(u"  "_s)
                    : seen.failure);
    addLine(lines, {}, seen.answer);
}

QJsonObject exchangeJson(const MaskedExchange &seen)
{
    QJsonObject json {{u"request"_s, seen.request},
        {u"headers"_s, QJsonArray::fromStringList(seen.headers)}, {u"body"_s, seen.body},
        {u"status"_s, seen.status ? QJsonValue(*seen.status) : QJsonValue(QJsonValue::Null)},
        {u"answerHeaders"_s, QJsonArray::fromStringList(seen.answerHeaders)},
        {u"answer"_s, seen.answer}};
    if (!seen.failure.isEmpty())
        json.insert(u"failure"_s, seen.failure);
    return json;
}

QJsonObject stepJson(const TrialStep &step)
{
    QJsonObject json {{u"step"_s, nameOf(step.kind)}, {u"outcome"_s, nameOf(step.outcome)}};
    if (!step.seen.request.isEmpty())
        json.insert(u"exchange"_s, exchangeJson(step.seen));
    if (!step.mended.request.isEmpty())
        json.insert(u"mended"_s, exchangeJson(step.mended));
    if (!step.found.isEmpty())
        json.insert(u"found"_s, QJsonArray::fromStringList(step.found));
    if (!step.problem.isEmpty())
        json.insert(u"problem"_s, step.problem);
    if (!step.remedy.isEmpty())
        json.insert(u"remedy"_s, step.remedy);
    if (!step.patch.isEmpty())
        json.insert(u"patch"_s, toJson(step.patch));
    return json;
}

} // namespace

QString stepText(const TrialStep &step)
{
    QStringList lines {nameOf(step.outcome).toUpper().leftJustified(8) + titleOf(step.kind)};
    addExchange(lines, step.seen);
    addLine(lines, u"problem"_s, step.problem);
    addLine(lines, u"remedy"_s, step.remedy);
    if (step.mended.status && step.outcome == TrialOutcome::Mended && step.mended != step.seen)
        addExchange(lines, step.mended);
    for (const QString &found : step.found)
        addLine(lines, u"found"_s, found);
    if (!step.patch.isEmpty())
        lines.append(u"    patch    "_s + patchText(step.patch));
    return lines.join(u'\n') + u'\n';
}

QString trialVerdict(const TrialReport &report, const QString &file, TryArguments::Patch patch)
{
    if (report.passed())
        return u"PASS  the profile works as it is\n"_s;
    const auto edits =
        report.patch.size() == 1 ? u"1 edit"_s : u"%1 edits"_s.arg(report.patch.size());
    if (report.patch.isEmpty())
        return u"FAIL  see the steps above\n"_s;
    const auto verdict = report.isMended()
        ? u"MENDED  the profile works with the %1 above"_s.arg(edits)
        : u"FAIL  the %1 above would help, but not enough"_s.arg(edits);
    return patch == TryArguments::Patch::Write
        ? verdict + u'\n'
        : u"%1; --write puts them into %2\n"_s.arg(verdict, file);
}

QByteArray trialJson(const TrialReport &report)
{
    QJsonArray steps;
    for (const TrialStep &step : report.steps)
        steps.append(stepJson(step));
    const QJsonObject json {
        {u"verdict"_s, verdictOf(report)}, {u"steps"_s, steps}, {u"patch"_s, toJson(report.patch)}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

} // namespace app::cli
