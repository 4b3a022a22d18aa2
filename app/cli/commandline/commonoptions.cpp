#include "app/cli/commandline/commonoptions.h"

#include "authcore/profile/urlrules.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace app::cli {

namespace {

constexpr int mostSeconds = 86'400;

[[nodiscard]] std::optional<Format> formatFrom(const QString &name)
{
    if (name == "text"_L1)
        return Format::Text;
    if (name == "json"_L1)
        return Format::Json;
    return {};
}

} // namespace

QString secretOnCommandLine(const QStringList &arguments)
{
    const auto isSecret = [](const QString &argument) {
        const auto name = argument.section(u'=', 0, 0);
        return name == "--password"_L1 || name == "--client-secret"_L1;
    };
    const auto secret = std::find_if(arguments.begin(), arguments.end(), isSecret);
    if (secret == arguments.end())
        return {};
    const auto name = secret->section(u'=', 0, 0);
    const auto variable =
        name == "--password"_L1 ? u"TOKENFLIGHT_PASSWORD"_s : u"TOKENFLIGHT_CLIENT_SECRET"_s;
    return u"There is no %1: others could read it in the process list. Use %1-file "
           "FILE ('-' is standard input), or the environment variable %2."_s.arg(name, variable);
}

std::optional<QUrl> baseFrom(const QString &text)
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

void readSignIn(OptionReader &reader, RunArguments &run)
{
    reader.readOneOf(u"sign-in"_s, signInMethodNames(), run.signIn, signInMethodFrom);
    if (reader.isSet(u"no-browser"_s))
        run.browser = RunArguments::Browser::LeaveToPerson;
    reader.readText(u"user"_s, run.userName);
    reader.readText(u"password-file"_s, run.passwordFile);
    reader.readText(u"client-id"_s, run.clientId);
    reader.readText(u"client-secret-file"_s, run.clientSecretFile);
    reader.readText(u"scope"_s, run.scope);
}

void readOutput(OptionReader &reader, RunArguments &run)
{
    reader.readOneOf(u"format"_s, {u"text"_s, u"json"_s}, run.format, formatFrom);
    reader.readDuration(u"timeout"_s, 1, mostSeconds, run.timeout);
}

} // namespace app::cli
