#include "app/cli/commandline/connectoptions.h"

#include "app/cli/commandline/commonoptions.h"
#include "app/cli/commandline/networkoptions.h"

using namespace Qt::StringLiterals;

namespace app::cli {

namespace {

//! Notes options that contradict each other.
void checkTogether(OptionReader &reader, const NewArguments &wanted)
{
    const int sources = int(reader.isSet(u"from-issuer"_s)) + int(reader.isSet(u"from-curl"_s))
        + int(reader.isSet(u"preset"_s));
    if (sources != 1)
        reader.note(u"Give one of --from-curl FILE, --from-issuer URL and --preset NAME."_s);
    if (!wanted.answerFile.isEmpty() && wanted.curlFile.isEmpty())
        reader.note(u"--answer belongs to --from-curl."_s);
    if (wanted.curlFile == "-"_L1 && wanted.answerFile == "-"_L1)
        reader.note(u"Only one of --from-curl and --answer can be standard input."_s);
    if (wanted.url && !wanted.curlFile.isEmpty())
        reader.note(u"--from-curl takes the address from the request: leave out --url."_s);
    if (wanted.issuer && wanted.clientId.isEmpty())
        reader.note(u"--from-issuer needs --client-id, the name by which the authorization server "
                    "knows this client."_s);
}

} // namespace

Arguments parseTry(const QStringList &arguments)
{
    if (const auto problem = secretOnCommandLine(arguments); !problem.isEmpty())
        return UsageError {problem};
    OptionReader reader(arguments,
        QStringList {u"url"_s, u"sign-in"_s, u"user"_s, u"password-file"_s, u"client-id"_s,
            u"client-secret-file"_s, u"scope"_s, u"path"_s, u"format"_s, u"timeout"_s,
            u"allow-origin"_s}
            + networkOptions(),
        {u"no-browser"_s, u"write"_s, u"json"_s}, {u"The profile"_s});
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};
    TryArguments wanted;
    wanted.run.profile = reader.argument(0);
    readBase(reader, wanted.run.url);
    readSignIn(reader, wanted.run);
    reader.readText(u"path"_s, wanted.run.path);
    readOutput(reader, wanted.run);
    if (reader.isSet(u"json"_s))
        wanted.run.format = Format::Json;
    readOrigins(reader, wanted.run.allowedOrigins);
    readNetwork(reader, wanted.run.network);
    if (reader.isSet(u"write"_s))
        wanted.patch = TryArguments::Patch::Write;
    if (wanted.run.passwordFile == "-"_L1 && wanted.run.clientSecretFile == "-"_L1)
        reader.note(u"Only one of --password-file and --client-secret-file can be standard "
                    "input."_s);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return wanted;
}

Arguments parseNew(const QStringList &arguments)
{
    OptionReader reader(arguments,
        {u"from-issuer"_s, u"from-curl"_s, u"answer"_s, u"preset"_s, u"url"_s, u"client-id"_s,
            u"scope"_s, u"path"_s},
        {u"force"_s}, {u"The file"_s}, OptionReader::Names::Optional);
    if (reader.isSet(u"help"_s))
        return ShowHelp {};
    if (reader.isSet(u"version"_s))
        return ShowVersion {};
    NewArguments wanted;
    wanted.file = reader.argument(0);
    reader.readOneOf(u"from-issuer"_s, {u"an http or https address"_s}, wanted.issuer,
        [](const QString &text) { return baseFrom(text); });
    reader.readText(u"from-curl"_s, wanted.curlFile);
    reader.readText(u"answer"_s, wanted.answerFile);
    reader.readText(u"preset"_s, wanted.preset);
    readBase(reader, wanted.url);
    reader.readText(u"client-id"_s, wanted.clientId);
    reader.readText(u"scope"_s, wanted.scope);
    reader.readText(u"path"_s, wanted.path);
    if (reader.isSet(u"force"_s))
        wanted.existing = NewArguments::Existing::Replace;
    checkTogether(reader, wanted);
    if (!reader.problem().isEmpty())
        return UsageError {reader.problem()};
    return wanted;
}

} // namespace app::cli
