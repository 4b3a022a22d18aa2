#include "app/cli/commandline/arguments.h"

#include "app/cli/commandline/commonoptions.h"
#include "app/cli/commandline/connectoptions.h"
#include "app/cli/commandline/networkoptions.h"
#include "app/cli/commandline/optionreader.h"
#include "app/cli/commandline/serveoptions.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

using namespace Qt::StringLiterals;
using authcore::SignInMethod;
using authcore::lab::beforeFromName;
using authcore::lab::beforeNames;

namespace app::cli {

namespace {

constexpr int mostRequests = 100'000; // as many as a manager holds by default

[[nodiscard]] std::optional<QByteArray> methodFrom(const QString &name)
{
    if (name == "GET"_L1 || name == "POST"_L1)
        return name.toLatin1();
    return {};
}

//! Notes options that contradict each other.
void checkTogether(OptionReader &reader, const RunArguments &run)
{
    if (run.url && run.backend == RunArguments::Backend::Demo)
        reader.note(u"--demo is for the demo backend: leave out --url."_s);
    if (!run.path.isEmpty() && !run.path.startsWith(u'/'))
        reader.note(u"--path begins with a slash, as in /api/resources."_s);
    if (!run.bodyFile.isEmpty() && run.method != "POST")
        reader.note(u"--body-file needs --method POST."_s);
    const QStringList inputs {run.bodyFile, run.passwordFile, run.clientSecretFile,
        run.network.clientKeyPasswordFile, run.network.proxyPasswordFile};
    if (inputs.count(u"-"_s) > 1)
        reader.note(
            u"Only one of --body-file, --password-file, --client-secret-file, "
            "--client-key-password-file and --proxy-password-file can be standard input."_s);
}

[[nodiscard]] Arguments parseRun(const QStringList &arguments)
{
    if (const auto problem = secretOnCommandLine(arguments); !problem.isEmpty())
        return UsageError {problem};

    OptionReader reader(arguments,
        QStringList {u"profile"_s, u"url"_s, u"issuer"_s, u"sign-in"_s, u"user"_s,
            u"password-file"_s, u"client-id"_s, u"client-secret-file"_s, u"scope"_s, u"requests"_s,
            u"before"_s, u"next-refresh"_s, u"method"_s, u"path"_s, u"body-file"_s, u"format"_s,
            u"timeout"_s, u"allow-origin"_s}
            + networkOptions(),
        {u"no-browser"_s, u"demo"_s});
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};

    RunArguments run;
    reader.readText(u"profile"_s, run.profile);
    readBase(reader, run.url);
    if (reader.isSet(u"demo"_s))
        run.backend = RunArguments::Backend::Demo;
    reader.readText(u"issuer"_s, run.issuer);
    readSignIn(reader, run);
    reader.readNumber(u"requests"_s, 1, mostRequests, run.requests);
    reader.readOneOf(u"before"_s, beforeNames(), run.before, beforeFromName);
    reader.readOneOf(u"next-refresh"_s, demobackend::refreshAnswerNames(), run.nextRefresh,
        demobackend::refreshAnswerFromName);
    reader.readOneOf(u"method"_s, {u"GET"_s, u"POST"_s}, run.method, methodFrom);
    reader.readText(u"path"_s, run.path);
    reader.readText(u"body-file"_s, run.bodyFile);
    readOutput(reader, run);
    readOrigins(reader, run.allowedOrigins);
    readNetwork(reader, run.network);
    checkTogether(reader, run);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return run;
}

[[nodiscard]] Arguments parseProfiles(const QStringList &arguments)
{
    using Action = ProfilesArguments::Action;
    const auto name = arguments.value(1);
    if (name == "--help"_L1 || name == "-h"_L1)
        return ShowHelp {};
    const std::map<QString, Action> actions {
        {u"list"_s, Action::List}, {u"show"_s, Action::Show}, {u"check"_s, Action::Check}};
    if (name == "try"_L1)
        return parseTry(arguments.mid(1));
    if (name == "new"_L1)
        return parseNew(arguments.mid(1));
    const auto found = actions.find(name);
    if (found == actions.end())
        return UsageError {u"profiles list, profiles show NAME|FILE, profiles check FILE, profiles "
                           "try FILE or profiles new?"_s};
    ProfilesArguments profiles {.action = found->second, .profile = {}, .url = {}};
    const bool isList = profiles.action == Action::List;
    OptionReader reader(arguments.mid(1), isList ? QStringList() : QStringList {u"url"_s}, {},
        isList ? QStringList() : QStringList {u"The profile"_s});
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};
    profiles.profile = reader.argument(0);
    if (!isList)
        readBase(reader, profiles.url);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return profiles;
}

} // namespace

Arguments parse(const QStringList &arguments)
{
    if (arguments.size() < 2)
        return UsageError {};
    const auto &command = arguments.at(1);
    // A command's own options follow its name, which QCommandLineParser takes for the program's.
    if (command == "run"_L1)
        return parseRun(arguments.mid(1));
    if (command == "serve"_L1)
        return parseServe(arguments.mid(1));
    if (command == "profiles"_L1)
        return parseProfiles(arguments.mid(1));
    if (command == "--help"_L1 || command == "-h"_L1 || command == "help"_L1)
        return ShowHelp {};
    if (command == "--version"_L1)
        return ShowVersion {};
    return UsageError {u"\"%1\" is no command: there are run, serve and profiles."_s.arg(command)};
}

QStringList signInMethodNames()
{
    return {toName(SignInMethod::Password), toName(SignInMethod::Browser),
        toName(SignInMethod::Device)};
}

std::optional<SignInMethod> signInMethodFrom(const QString &name)
{
    for (const auto method :
        {SignInMethod::Password, SignInMethod::Browser, SignInMethod::Device}) {
        if (toName(method) == name)
            return method;
    }
    return {};
}

QString toName(SignInMethod method)
{
    switch (method) {
    case SignInMethod::Password:
        return u"password"_s;
    case SignInMethod::Browser:
        return u"browser"_s;
    case SignInMethod::Device:
        return u"device"_s;
    }
    return {};
}

} // namespace app::cli
