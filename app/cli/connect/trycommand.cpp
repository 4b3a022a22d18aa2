#include "app/cli/connect/trycommand.h"

#include "app/cli/commandline/terminal.h"
#include "app/cli/connect/trialtext.h"
#include "app/cli/run/signinprompts.h"

#include "authcore/lab/connect/profiledraft.h"
#include "authcore/profile/jsoncomments.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QSaveFile>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using authcore::lab::ProfileTrial;
using authcore::lab::TrialOutcome;
using authcore::lab::TrialReport;
using authcore::lab::TrialStep;
using authcore::lab::TrialStepKind;

namespace app::cli {

namespace {

//! As for a run: who cannot sign in has got nowhere.
bool isSignedOut(const TrialReport &report)
{
    return std::any_of(report.steps.cbegin(), report.steps.cend(), [](const TrialStep &step) {
        return step.kind == TrialStepKind::SignIn && step.outcome == TrialOutcome::Failed;
    });
}

} // namespace

TryCommand::TryCommand(TryPlan plan, QObject *parent)
    : QObject(parent)
    , m_plan(std::move(plan))
{
    connect(&m_trial, &ProfileTrial::browserNeeded, this,
        [this](const QUrl &url) { sendToBrowser(url, m_plan.arguments.run.browser); });
    connect(&m_trial, &ProfileTrial::userCodeReady, this, &showUserCode);
    connect(&m_trial, &ProfileTrial::stepDone, this, [this](const TrialStep &step) {
        if (m_plan.arguments.run.format == Format::Text && !m_isOver)
            print((stepText(step) + u'\n').toUtf8());
    });
    connect(&m_trial, &ProfileTrial::finished, this, &TryCommand::end, Qt::QueuedConnection);
}

void TryCommand::start()
{
    const auto json = authcore::withoutComments(m_plan.file);
    m_trial.start(m_plan.profile, QJsonDocument::fromJson(json).object(), m_plan.setup);
}

void TryCommand::interrupt(Interruption::Cause cause)
{
    if (!std::exchange(m_isOver, true))
        Q_EMIT finished(Interruption::statusOf(cause));
}

void TryCommand::end(const TrialReport &report)
{
    if (std::exchange(m_isOver, true))
        return;
    const auto &arguments = m_plan.arguments;
    if (arguments.run.format == Format::Json)
        print(trialJson(report) + '\n');
    else
        print(trialVerdict(report, arguments.run.profile, arguments.patch).toUtf8());
    const bool writes = arguments.patch == TryArguments::Patch::Write;
    if (writes && !write(report))
        Q_EMIT finished(ExitStatus::Usage);
    else if (isSignedOut(report))
        Q_EMIT finished(ExitStatus::Unreachable);
    else if (report.passed() || (writes && report.isMended()))
        Q_EMIT finished(ExitStatus::Passed);
    else
        Q_EMIT finished(ExitStatus::RuleBroken);
}

bool TryCommand::write(const TrialReport &report) const
{
    const auto &name = m_plan.arguments.run.profile;
    auto text = authcore::patched(m_plan.file, report.patch);
    if (text && report.isMended())
        text = authcore::lab::withoutGuesses(*text);
    if (text == m_plan.file)
        return true;
    const auto read = authcore::BackendProfile::fromJson(text.value_or(QByteArray()));
    if (!std::holds_alternative<authcore::BackendProfile>(read)) {
        say(u"tokenflight-cli: the patch does not fit the text of %1; nothing was written"_s.arg(
            name));
        return false;
    }
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(*text) != text->size() || !file.commit()) {
        say(u"tokenflight-cli: cannot write %1: %2"_s.arg(name, file.errorString()));
        return false;
    }
    say(u"Written to %1."_s.arg(name));
    return true;
}

} // namespace app::cli
