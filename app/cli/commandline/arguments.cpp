#include "app/cli/commandline/arguments.h"

#include "app/cli/commandline/networkoptions.h"
#include "app/cli/commandline/optionreader.h"
#include "app/cli/commandline/serveoptions.h"

#include "authcore/profile/urlrules.h"

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
constexpr int mostSeconds = 86'400;

[[nodiscard]] std::optional<Format> formatFrom(const QString &name)
{
    if (name == "text"_L1)
        return Format::Text;
    if (name == "json"_L1)
        return Format::Json;
    return {};
}

[[nodiscard]] std::optional<QByteArray> methodFrom(const QString &name)
{
    if (name == "GET"_L1 || name == "POST"_L1)
        return name.toLatin1();
    return {};
}

[[nodiscard]] std::optional<QUrl> baseFrom(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isHttp = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
    if (!url.isValid() || !isHttp || url.host().isEmpty() || !url.userInfo().isEmpty())
        return {};
    return url;
}

void readBase(OptionReader &reader, std::optional<QUrl> &base)
{
    const QUrl given(reader.values(u"url"_s).value(0));
    if (given.hasQuery() || given.hasFragment()) {
        reader.note(
            u"--url has a %1, which is not sent: leave out everything from the \"%2\" on."_s.arg(
                given.hasQuery() ? u"query"_s : u"fragment"_s, given.hasQuery() ? u"?"_s : u"#"_s));
        return;
    }
    reader.readOneOf(u"url"_s, {u"an http or https address without a user name"_s}, base,
        [](const QString &text) { return baseFrom(text); });
}

void readOrigins(OptionReader &reader, QStringList &origins)
{
    const auto texts = reader.values(u"allow-origin"_s);
    for (const QString &text : texts) {
        origins.append(authcore::canonicalOrigin(text));
        if (origins.constLast().isEmpty())
            reader.note(
                u"--allow-origin takes an origin such as https://host:8443, not \"%1\"."_s.arg(
                    text));
    }
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
    const auto isSecret = [](const QString &argument) {
        const auto name = argument.section(u'=', 0, 0);
        return name == "--password"_L1 || name == "--client-secret"_L1;
    };
    const auto secret = std::find_if(arguments.begin(), arguments.end(), isSecret);
    if (secret != arguments.end()) {
        const auto name = secret->section(u'=', 0, 0);
        const auto variable =
            name == "--password"_L1 ? u"TOKENFLIGHT_PASSWORD"_s : u"TOKENFLIGHT_CLIENT_SECRET"_s;
        return UsageError {
            u"There is no %1: others could read it in the process list. Use %1-file "
            "FILE ('-' is standard input), or the environment variable %2."_s.arg(name, variable)};
    }

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
    reader.readOneOf(u"sign-in"_s, signInMethodNames(), run.signIn, signInMethodFrom);
    if (reader.isSet(u"no-browser"_s))
        run.browser = RunArguments::Browser::LeaveToPerson;
    reader.readText(u"user"_s, run.userName);
    reader.readText(u"password-file"_s, run.passwordFile);
    reader.readText(u"client-id"_s, run.clientId);
    reader.readText(u"client-secret-file"_s, run.clientSecretFile);
    reader.readText(u"scope"_s, run.scope);
    reader.readNumber(u"requests"_s, 1, mostRequests, run.requests);
    reader.readOneOf(u"before"_s, beforeNames(), run.before, beforeFromName);
    reader.readOneOf(u"next-refresh"_s, demobackend::refreshAnswerNames(), run.nextRefresh,
        demobackend::refreshAnswerFromName);
    reader.readOneOf(u"method"_s, {u"GET"_s, u"POST"_s}, run.method, methodFrom);
    reader.readText(u"path"_s, run.path);
    reader.readText(u"body-file"_s, run.bodyFile);
    reader.readOneOf(u"format"_s, {u"text"_s, u"json"_s}, run.format, formatFrom);
    reader.readDuration(u"timeout"_s, 1, mostSeconds, run.timeout);
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
    const auto found = actions.find(name);
    if (found == actions.end())
        return UsageError {u"profiles list, profiles show NAME|FILE or profiles check FILE?"_s};
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
