#include "app/cli/arguments.h"
#include "app/cli/helptext.h"
#include "app/cli/inputs.h"
#include "app/cli/runcommand.h"
#include "app/cli/terminal.h"
#include "app/quitsignals.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/lab/trace.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtCore/QCoreApplication>

#include <optional>

using namespace Qt::StringLiterals;
using namespace app::cli;

namespace {

ExitStatus refuse(const QString &problem, ExitStatus status)
{
    say(u"tokenflight-cli: %1"_s.arg(problem));
    return status;
}

//! Runs the event loop until the command has finished.
ExitStatus carryOut(
    const RunPlan &plan, const authcore::BackendProfile &profile, demobackend::DemoBackend *backend)
{
    authcore::lab::Trace trace;
    authcore::MemoryTokenStore store;
    authcore::AuthSession session(profile, store);
    authcore::AuthNetworkAccessManager manager(session);
    manager.setWithoutSession(authcore::AuthNetworkAccessManager::WithoutSession::SendBare);
    RunCommand command(plan, manager, trace, backend);
    QObject::connect(&command, &RunCommand::finished, qApp,
        [](ExitStatus status) { QCoreApplication::exit(static_cast<int>(status)); });
    command.start();
    return static_cast<ExitStatus>(QCoreApplication::exec());
}

ExitStatus run(const RunArguments &arguments)
{
    RunPlan plan {.arguments = arguments, .credentials = {}, .body = {}};
    const auto credentials =
        credentialsFor(arguments, qEnvironmentVariable("TOKENFLIGHT_PASSWORD"));
    if (const auto *const error = std::get_if<InputError>(&credentials))
        return refuse(error->text, ExitStatus::Usage);
    plan.credentials = std::get<Credentials>(credentials);
    if (!arguments.bodyFile.isEmpty()) {
        const auto body = readInput(arguments.bodyFile);
        if (const auto *const error = std::get_if<InputError>(&body))
            return refuse(error->text, ExitStatus::Usage);
        plan.body = std::get<QByteArray>(body);
    }

    std::optional<demobackend::DemoBackend> backend;
    if (!arguments.url) {
        backend.emplace();
        if (const auto problem = backend->start(); !problem.isEmpty())
            return refuse(problem, ExitStatus::Unreachable);
    }
    const auto baseUrl = backend ? backend->url() : *arguments.url;
    const auto profile = profileFor(arguments, baseUrl);
    if (const auto *const error = std::get_if<InputError>(&profile))
        return refuse(error->text, ExitStatus::Usage);
    say(u"%1: %2"_s.arg(backend ? u"Demo backend"_s : u"Backend"_s, baseUrl.toString()));
    return carryOut(
        plan, std::get<authcore::BackendProfile>(profile), backend ? &*backend : nullptr);
}

ExitStatus serve(const ServeArguments &arguments)
{
    const app::QuitSignals signals;
    QObject::connect(&signals, &app::QuitSignals::quitRequested, qApp, &QCoreApplication::quit,
        Qt::QueuedConnection);
    demobackend::DemoBackend::Options options;
    options.port = arguments.port;
    options.requirePort = arguments.port != 0;
    demobackend::DemoBackend backend(options);
    if (const auto problem = backend.start(); !problem.isEmpty())
        return refuse(problem, ExitStatus::Unreachable);
    print(backend.url().toEncoded() + '\n');
    return static_cast<ExitStatus>(QCoreApplication::exec());
}

ExitStatus obey(const Arguments &arguments)
{
    if (const auto *const runArguments = std::get_if<RunArguments>(&arguments))
        return run(*runArguments);
    if (const auto *const serveArguments = std::get_if<ServeArguments>(&arguments))
        return serve(*serveArguments);
    if (std::holds_alternative<ShowHelp>(arguments)) {
        print(helpText().toUtf8());
        return ExitStatus::Passed;
    }
    if (std::holds_alternative<ShowVersion>(arguments)) {
        print(versionText().toUtf8());
        return ExitStatus::Passed;
    }
    const auto &problem = std::get<UsageError>(arguments).text;
    if (problem.isEmpty())
        say(usageText().trimmed());
    else
        say(u"tokenflight-cli: %1\nSee tokenflight-cli --help."_s.arg(problem));
    return ExitStatus::Usage;
}

} // namespace

// No variant of ours is ever without a value. NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"tokenflight-cli"_s);
    return static_cast<int>(obey(parse(QCoreApplication::arguments())));
}
