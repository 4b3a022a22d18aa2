#include "app/cli/run/runcommand.h"

#include "app/cli/commandline/terminal.h"
#include "app/cli/run/jsonreport.h"
#include "app/cli/run/refreshtext.h"
#include "app/cli/run/serverrules.h"
#include "app/cli/run/textreport.h"
#include "app/cli/run/waterfalltext.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/lab/hints.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/network/requestqueue.h"
#include "authcore/session/authsession.h"

#include <utility>

using namespace Qt::StringLiterals;
using authcore::RequestQueue;
using authcore::lab::Before;
using authcore::lab::Burst;
using authcore::lab::Cut;
using authcore::lab::Scenario;
using authcore::lab::TokensNow;

namespace app::cli {

namespace {

//! Empty where the sign-in does not say who has signed in.
QString asWhom(const QString &userName)
{
    return userName.isEmpty() ? QString() : u" as "_s + userName;
}

//! Without the origin, which the first line of the output names.
QString pathOf(const QUrl &url)
{
    return url.toString(QUrl::RemoveScheme | QUrl::RemoveAuthority);
}

} // namespace

RunCommand::RunCommand(RunPlan plan, authcore::AuthNetworkAccessManager &manager,
    authcore::lab::Trace &trace, demobackend::DemoBackend *backend, QObject *parent)
    : QObject(parent)
    , m_plan(std::move(plan))
    , m_manager(manager)
    , m_session(manager.session())
    , m_trace(trace)
    , m_backend(backend)
    , m_signIn(m_session, m_plan.signIn)
    , m_burst(manager)
{
    connect(&m_signIn, &SignInStep::failed, this, [this](const authcore::TokenError &error) {
        const auto &name = m_plan.signIn.credentials.userName;
        say(u"tokenflight-cli: cannot sign in%1: %2"_s.arg(asWhom(name), error.detail));
        Q_EMIT finished(ExitStatus::Unreachable);
    });
    connect(&m_signIn, &SignInStep::succeeded, this, [this](const authcore::SignInReport &report) {
        m_report = report;
        say(u"Signed in%1."_s.arg(asWhom(m_session.tokens().userName)));
        for (const QString &line : report.lines())
            say(u"  "_s + line);
        spoilTokens();
        sendBurst();
    });
    // Judge from the event loop, so that other receivers of the last answer have run by then.
    connect(&m_burst, &Burst::finished, this, &RunCommand::judgeRun, Qt::QueuedConnection);
}

RunCommand::~RunCommand()
{
    m_session.setTraceSink(nullptr);
}

void RunCommand::start()
{
    m_signIn.start();
}

void RunCommand::spoilTokens()
{
    const auto before = m_plan.arguments.before;
    const auto now = m_session.clock().nowInSeconds();
    if (before == Before::ExpireAccess && m_backend != nullptr)
        m_backend->expireAccessTokens();
    else if (before != Before::Nothing)
        m_session.setTokens(applied(before, m_session.tokens(), now));
    if (m_backend != nullptr) {
        // Where the first answer ends the refresh, a late challenge may start another one.
        const bool keepsFailing = scenario().course == authcore::lab::RefreshCourse::KeepsFailing;
        m_backend->answerRefreshes(
            m_plan.arguments.nextRefresh, keepsFailing ? m_plan.arguments.requests : 1);
    }
}

void RunCommand::sendBurst()
{
    const auto &arguments = m_plan.arguments;
    say(u"%1, then %2 x %3 %4 at once ..."_s.arg(toName(arguments.before))
            .arg(arguments.requests)
            .arg(QString::fromLatin1(arguments.method), pathOf(m_plan.resource)));
    m_firstGeneration = m_session.generation();
    m_session.setTraceSink(&m_trace);
    m_burst.start({.url = m_plan.resource,
        .verb = arguments.method,
        .body = m_plan.body,
        .count = arguments.requests});
}

void RunCommand::judgeRun()
{
    if (std::exchange(m_isOver, true))
        return;
    const auto judged = verdict();
    print(judged);
    Q_EMIT finished(judged.passed() ? ExitStatus::Passed : ExitStatus::RuleBroken);
}

void RunCommand::interrupt(Interruption::Cause cause)
{
    if (std::exchange(m_isOver, true))
        return;
    auto soFar = judge(m_trace, {});
    soFar.rules.clear();
    soFar.refreshesExpected.reset();
    soFar.wallTime = m_burst.wallTime();
    soFar.hints = hints();
    soFar.cut = cause == Interruption::Cause::Signal ? Cut::Stopped : Cut::TimedOut;
    print(soFar);
    Q_EMIT finished(Interruption::statusOf(cause));
}

void RunCommand::print(const authcore::lab::Verdict &verdict) const
{
    if (m_plan.arguments.format == Format::Json)
        cli::print(jsonReport(m_trace, verdict, m_firstGeneration, m_report) + '\n');
    else if (!m_trace.requests().empty())
        cli::print((waterfallText(m_trace, verdict, m_firstGeneration, terminalHere()) + u'\n'
            + refreshText(m_trace) + verdictText(verdict, m_trace))
                       .toUtf8());
}

QStringList RunCommand::hints() const
{
    return authcore::lab::hintsFor(m_trace, m_session.profile(), m_plan.resource);
}

Scenario RunCommand::scenario() const
{
    using authcore::lab::Expiry;
    const auto &profile = m_session.profile();
    const bool isTls = m_plan.resource.scheme() == "https"_L1;
    return {.before = m_plan.arguments.before,
        .expiry = m_backend != nullptr ? Expiry::KnownToServer : Expiry::KnownHere,
        .course = courseFor(m_plan.arguments.nextRefresh, profile),
        .requests = m_plan.arguments.requests,
        .window = isTls ? RequestQueue::httpsWindow : RequestQueue::httpWindow,
        .body = Scenario::Body::Replayable};
}

authcore::lab::Verdict RunCommand::verdict() const
{
    const auto run = scenario();
    const auto expectation = expectationFor(run);
    auto verdict = judge(m_trace, expectation);
    verdict.wallTime = m_burst.wallTime();
    verdict.hints = hints();
    verdict.rules.push_back(judgeAnswers(m_burst.answers()));
    verdict.rules.push_back(
        judgeTokens(m_session.isSignedIn() ? TokensNow::Held : TokensNow::Gone, expectation));
    if (m_backend != nullptr) {
        auto serverRules = judgeServer(m_backend->counters(), run, verdict);
        verdict.rules.insert(verdict.rules.end(), serverRules.begin(), serverRules.end());
        if (m_plan.arguments.method == "POST")
            verdict.rules.push_back(
                judgeBodies(m_burst.answers(), m_plan.body, expectation.ok.value_or(0)));
    }
    return verdict;
}

} // namespace app::cli
