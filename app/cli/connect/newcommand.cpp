#include "app/cli/connect/newcommand.h"

#include "app/cli/commandline/inputs.h"
#include "app/cli/commandline/terminal.h"
#include "app/profiles/profileloading.h"
#include "app/profiles/profiletemplates.h"

#include "authcore/profile/issuer.h"
#include "authcore/profile/origin.h"
#include "authcore/signin/metadata.h"

#include <QtCore/QFile>
#include <QtCore/QSaveFile>

#include <memory>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::lab::CopiedAnswer;
using authcore::lab::CurlCommand;
using authcore::lab::CurlProblem;
using authcore::lab::ProfileDraft;

namespace app::cli {

namespace {

std::variant<ProfileDraft, QString> draftFromCurl(const NewArguments &arguments)
{
    const auto copied = readInput(arguments.curlFile);
    if (const auto *const error = std::get_if<InputError>(&copied))
        return error->text;
    std::optional<CopiedAnswer> answer;
    if (!arguments.answerFile.isEmpty()) {
        const auto content = readInput(arguments.answerFile);
        if (const auto *const error = std::get_if<InputError>(&content))
            return error->text;
        answer = CopiedAnswer::parse(std::get<QByteArray>(content));
    }
    const auto whatIsWrong = [&arguments](const CurlProblem &problem) {
        return u"%1 is no copied sign-in: %2"_s.arg(arguments.curlFile, problem.text);
    };
    const auto command = CurlCommand::parse(QString::fromUtf8(std::get<QByteArray>(copied)));
    if (const auto *const problem = std::get_if<CurlProblem>(&command))
        return whatIsWrong(*problem);
    const auto draft = ProfileDraft::fromCurl(std::get<CurlCommand>(command), answer);
    if (const auto *const problem = std::get_if<CurlProblem>(&draft))
        return whatIsWrong(*problem);
    return std::get<ProfileDraft>(draft);
}

//! Empty: it is written.
QString write(const QString &name, const QByteArray &text, NewArguments::Existing existing)
{
    if (existing == NewArguments::Existing::Keep) {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly))
            return QFile::exists(name) ? u"%1 is there already; --force replaces it"_s.arg(name)
                                       : u"cannot write %1: %2"_s.arg(name, file.errorString());
        if (file.write(text) == text.size() && file.flush())
            return {};
        return u"cannot write %1: %2"_s.arg(name, file.errorString());
    }
    QSaveFile file(name);
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
        return {};
    return u"cannot write %1: %2"_s.arg(name, file.errorString());
}

} // namespace

BackendProfile issuerProfile(const NewArguments &arguments)
{
    BackendProfile profile;
    const auto &issuer = *arguments.issuer;
    profile.id = issuer.host();
    profile.name = issuer.host();
    profile.baseUrl = arguments.url.value_or(QUrl(authcore::issuerOf(issuer.toString())));
    profile.protectedOrigins = {authcore::originOf(profile.baseUrl)};
    profile.issuer = authcore::issuerOf(issuer.toString(QUrl::FullyEncoded));
    profile.signInMethods = {authcore::SignInMethod::Browser, authcore::SignInMethod::Device};
    profile.clientId = arguments.clientId;
    profile.scope = arguments.scope.isEmpty() ? u"openid offline_access"_s : arguments.scope;
    if (!arguments.path.isEmpty())
        profile.resources = {{u"Protected resource"_s, arguments.path}};
    return authcore::withUsualTemplates(profile);
}

std::variant<ProfileDraft, QString> draftFor(const NewArguments &arguments)
{
    if (!arguments.curlFile.isEmpty())
        return draftFromCurl(arguments);
    const auto url = arguments.url.value_or(QUrl(u"https://api.example.com"_s));
    auto profile = BackendProfile::preset(arguments.preset, url);
    if (!profile && templateNames().contains(arguments.preset)) {
        const auto loaded = loadProfile(arguments.preset, {.baseUrl = arguments.url});
        if (const auto *const errors = std::get_if<QStringList>(&loaded))
            return errors->join(u'\n');
        profile = std::get<BackendProfile>(loaded);
    }
    if (!profile)
        return u"\"%1\" is no preset; there are %2"_s.arg(
            arguments.preset, (BackendProfile::presetNames() + templateNames()).join(u", "_s));
    auto draft = ProfileDraft::fromProfile(*profile);
    if (!arguments.url)
        draft.notes.append(u"Give your backend's address as baseUrl and in protectedOrigins."_s);
    return draft;
}

ExitStatus deliver(ProfileDraft draft, const NewArguments &arguments)
{
    auto &profile = draft.profile;
    if (!arguments.clientId.isEmpty())
        profile.clientId = arguments.clientId;
    if (!arguments.scope.isEmpty())
        profile.scope = arguments.scope;
    if (!arguments.path.isEmpty()) {
        profile.resources = {{u"Protected resource"_s, arguments.path}};
        draft.notes.removeIf([](const QString &note) { return note.contains("--path"_L1); });
    }
    if (arguments.file.isEmpty()) {
        print(draft.toText());
    } else if (const auto problem = write(arguments.file, draft.toText(), arguments.existing);
               !problem.isEmpty()) {
        say(u"tokenflight-cli: %1"_s.arg(problem));
        return ExitStatus::Usage;
    }
    for (const QString &note : std::as_const(draft.notes))
        say(note);
    if (!arguments.file.isEmpty())
        say(u"Written to %1. Next: tokenflight-cli profiles try %1%2 --write"_s.arg(arguments.file,
            profile.signInMethods.contains(authcore::SignInMethod::Password)
                ? u" --user NAME --password-file FILE"_s
                : QString()));
    return ExitStatus::Passed;
}

} // namespace app::cli
