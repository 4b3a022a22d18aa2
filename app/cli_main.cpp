#include "app/cli/commandline/arguments.h"
#include "app/cli/commandline/helptext.h"
#include "app/cli/commandline/inputs.h"
#include "app/cli/commandline/networkoptions.h"
#include "app/cli/commandline/terminal.h"
#include "app/cli/connect/newcommand.h"
#include "app/cli/connect/trycommand.h"
#include "app/cli/connect/tryplan.h"
#include "app/cli/run/discoverystep.h"
#include "app/cli/run/interruption.h"
#include "app/cli/run/runcommand.h"
#include "app/cli/serve/servedtext.h"
#include "app/environment.h"
#include "app/printable.h"
#include "app/profiles/profilescommand.h"
#include "app/quitsignals.h"

#include "authcore/demobackend/demobackend.h"
#include "authcore/lab/trace.h"
#include "authcore/network/authnetworkaccessmanager.h"
#include "authcore/session/authsession.h"
#include "authcore/system/clock.h"
#include "authcore/tokens/memorytokenstore.h"

#include <QtCore/QCoreApplication>

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace app::cli;
using app::printable;
using authcore::SignInMethod;

namespace {

constexpr qsizetype longestBody = 64 << 20;

ExitStatus refuse(const QString &problem, ExitStatus status)
{
    say(u"tokenflight-cli: %1"_s.arg(problem));
    return status;
}

//! `error` may have several lines, as those of a profile.
ExitStatus refuse(const InputError &error)
{
    sayLines(u"tokenflight-cli: %1"_s.arg(error.text));
    return ExitStatus::Usage;
}

//! Runs the event loop until the command has finished.
template <typename Command>
ExitStatus carryOut(Command &command, Interruption &interruption)
{
    QObject::connect(&command, &Command::finished, qApp,
        [](ExitStatus status) { QCoreApplication::exit(static_cast<int>(status)); });
    QObject::connect(&interruption, &Interruption::happened, &command,
        [&interruption, &command](Interruption::Cause cause) {
            say(u"tokenflight-cli: %1"_s.arg(interruption.text(cause)));
            command.interrupt(cause);
        });
    command.start();
    return static_cast<ExitStatus>(QCoreApplication::exec());
}

ExitStatus carryOut(const RunPlan &plan, const authcore::BackendProfile &profile,
    const authcore::NetworkSettings &network, demobackend::DemoBackend *backend,
    Interruption &interruption)
{
    authcore::lab::Trace trace;
    authcore::MemoryTokenStore store;
    authcore::AuthSession session(profile, store);
    session.setNetworkSettings(network);
    authcore::AuthNetworkAccessManager manager(session);
    manager.setWithoutSession(authcore::AuthNetworkAccessManager::WithoutSession::SendBare);
    RunCommand command(plan, manager, trace, backend);
    return carryOut(command, interruption);
}

//! Everything that a run needs, except for the backend and what discovery finds.
std::variant<RunPlan, InputError> planFor(const RunArguments &arguments,
    const authcore::BackendProfile &profile, const app::Environment &environment)
{
    RunPlan plan {.arguments = arguments, .signIn = {}, .resource = {}, .body = {}};
    const auto resource = resourceFor(arguments, profile);
    if (const auto *const error = std::get_if<InputError>(&resource))
        return *error;
    plan.resource = std::get<QUrl>(resource);
    const auto method = signInMethodFor(arguments, profile);
    if (const auto *const error = std::get_if<InputError>(&method))
        return *error;
    plan.signIn.method = std::get<SignInMethod>(method);
    plan.signIn.browser = arguments.browser;
    if (plan.signIn.method == SignInMethod::Password) {
        const auto credentials = credentialsFor(arguments, environment);
        if (const auto *const error = std::get_if<InputError>(&credentials))
            return *error;
        plan.signIn.credentials = std::get<Credentials>(credentials);
    }
    if (!arguments.bodyFile.isEmpty()) {
        const auto body = readInput(arguments.bodyFile, longestBody);
        if (const auto *const error = std::get_if<InputError>(&body))
            return *error;
        plan.body = std::get<QByteArray>(body);
    }
    return plan;
}

//! Devices sign in at once, as the user that was asked for, since no person can do it.
void prepare(demobackend::DemoBackend &backend, const RunArguments &arguments)
{
    auto knobs = backend.knobs();
    knobs.deviceInterval = 1s;
    knobs.deviceUser = arguments.userName;
    backend.setKnobs(knobs);
}

//! Where a profile is spoken to at the demo backend, which serves no paths below another one.
QUrl placeAt(const demobackend::DemoBackend &backend, const app::ProfileSource &profile)
{
    auto url = backend.url();
    if (profile.json)
        url.setPath(u"/"_s);
    return url;
}

ExitStatus run(const RunArguments &given, const app::Environment &environment)
{
    const auto opened = app::openProfile(given.profile, app::FileBounds::Kinds::AlsoPipes);
    if (const auto *const problems = std::get_if<QStringList>(&opened))
        return refuse(InputError {problems->join(u'\n')});
    const auto &source = std::get<app::ProfileSource>(opened);
    const auto settled = withBackend(given, source);
    if (const auto *const error = std::get_if<InputError>(&settled))
        return refuse(*error);
    const auto &arguments = std::get<RunArguments>(settled);
    const auto secret = clientSecretFor(arguments, environment);
    if (const auto *const error = std::get_if<InputError>(&secret))
        return refuse(*error);
    std::optional<demobackend::DemoBackend> backend;
    if (!arguments.url) {
        backend.emplace();
        prepare(*backend, arguments);
        if (const auto problem = backend->start(); !problem.isEmpty())
            return refuse(problem, ExitStatus::Unreachable);
    }
    const auto baseUrl = backend ? placeAt(*backend, source) : *arguments.url;
    const auto profile = profileFor(arguments, source, baseUrl, std::get<QByteArray>(secret));
    if (const auto *const error = std::get_if<InputError>(&profile))
        return refuse(*error);
    const auto network = networkFor(arguments.network, arguments.profile,
        std::get<authcore::BackendProfile>(profile), environment);
    if (const auto *const error = std::get_if<InputError>(&network))
        return refuse(*error);
    auto plan = planFor(arguments, std::get<authcore::BackendProfile>(profile), environment);
    if (const auto *const error = std::get_if<InputError>(&plan))
        return refuse(*error);
    std::get<RunPlan>(plan).signIn.clientSecret = std::get<QByteArray>(secret);
    // Only after all input is read: a signal during the input of a password ends the program as
    // usual.
    Interruption interruption(arguments.timeout);
    const auto whole = completed(std::get<authcore::BackendProfile>(profile),
        std::get<authcore::NetworkSettings>(network), interruption);
    if (const auto *const refusal = std::get_if<Refusal>(&whole))
        return refuse(refusal->why, refusal->status);
    const auto places = placesFor(arguments, std::get<authcore::BackendProfile>(whole));
    if (const auto *const error = std::get_if<InputError>(&places))
        return refuse(*error);
    if (const auto kept = keptText(arguments, source); !kept.isEmpty())
        say(kept);
    say(u"%1: %2"_s.arg(backend ? u"Demo backend"_s : u"Backend"_s,
        std::get<authcore::BackendProfile>(whole).baseUrl.toString()));
    sayLines(std::get<QString>(places));
    for (const auto &line : app::networkLines(std::get<authcore::BackendProfile>(whole)))
        say(line);
    return carryOut(std::get<RunPlan>(plan), std::get<authcore::BackendProfile>(whole),
        std::get<authcore::NetworkSettings>(network), backend ? &*backend : nullptr, interruption);
}

ExitStatus tryProfile(const TryArguments &arguments, const app::Environment &environment)
{
    std::optional<demobackend::DemoBackend> backend;
    if (usesDemoBackend(arguments)) {
        backend.emplace();
        prepare(*backend, arguments.run);
        if (const auto problem = backend->start(); !problem.isEmpty())
            return refuse(problem, ExitStatus::Unreachable);
    }
    auto plan =
        tryPlanFor(arguments, backend ? std::optional(backend->url()) : std::nullopt, environment);
    if (const auto *const error = std::get_if<InputError>(&plan))
        return refuse(*error);
    auto &trial = std::get<TryPlan>(plan);
    Interruption interruption(arguments.run.timeout);
    const auto whole = completed(trial.profile, trial.setup.network, interruption);
    if (const auto *const refusal = std::get_if<Refusal>(&whole))
        return refuse(refusal->why, refusal->status);
    trial.profile = std::get<authcore::BackendProfile>(whole);
    const auto places = placesFor(arguments.run, trial.profile);
    if (const auto *const error = std::get_if<InputError>(&places))
        return refuse(*error);
    say(u"%1: %2"_s.arg(
        backend ? u"Demo backend"_s : u"Backend"_s, trial.profile.baseUrl.toString()));
    TryCommand command(std::move(trial));
    return carryOut(command, interruption);
}

ExitStatus newProfile(const NewArguments &arguments)
{
    if (arguments.issuer) {
        Interruption interruption(60s);
        const auto found = discovered(issuerProfile(arguments), {}, interruption);
        if (const auto *const refusal = std::get_if<Refusal>(&found))
            return refuse(refusal->why, refusal->status);
        return deliver(
            authcore::lab::ProfileDraft::fromIssuer(std::get<authcore::Discovered>(found).profile),
            arguments);
    }
    auto draft = draftFor(arguments);
    if (const auto *const problem = std::get_if<QString>(&draft))
        return refuse(InputError {*problem});
    return deliver(std::get<authcore::lab::ProfileDraft>(std::move(draft)), arguments);
}

ExitStatus serve(const ServeArguments &arguments)
{
    const app::QuitSignals signals;
    QObject::connect(&signals, &app::QuitSignals::quitRequested, qApp, &QCoreApplication::quit,
        Qt::QueuedConnection);
    demobackend::DemoBackend::Options options;
    options.port = arguments.port;
    options.requirePort = arguments.port != 0;
    options.tls = arguments.tls;
    options.stateFile = arguments.stateFile;
    demobackend::DemoBackend backend(options);
    backend.setKnobs(arguments.knobs);
    backend.answerRefreshes(arguments.nextRefresh, arguments.refreshTimes);
    backend.answerResources(arguments.nextResource, arguments.resourceTimes);
    if (const auto problem = backend.start(); !problem.isEmpty())
        return refuse(problem, ExitStatus::Unreachable);
    print(servedText(backend.url(), backend.certificatePem()).toUtf8());
    return static_cast<ExitStatus>(QCoreApplication::exec());
}

ExitStatus obey(const Arguments &arguments, const app::Environment &environment)
{
    if (const auto *const runArguments = std::get_if<RunArguments>(&arguments))
        return run(*runArguments, environment);
    if (const auto *const serveArguments = std::get_if<ServeArguments>(&arguments))
        return serve(*serveArguments);
    if (const auto *const profilesArguments = std::get_if<ProfilesArguments>(&arguments))
        return profiles(*profilesArguments);
    if (const auto *const tryArguments = std::get_if<TryArguments>(&arguments))
        return tryProfile(*tryArguments, environment);
    if (const auto *const newArguments = std::get_if<NewArguments>(&arguments))
        return newProfile(*newArguments);
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
        sayLines(usageText().trimmed());
    else
        sayLines(u"tokenflight-cli: %1\nSee tokenflight-cli --help."_s.arg(printable(problem)));
    return ExitStatus::Usage;
}

} // namespace

// The variants here always have a value. NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char *argv[])
{
    const auto environment = app::takeEnvironment();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"tokenflight-cli"_s);
    return static_cast<int>(obey(parse(QCoreApplication::arguments()), environment));
}
