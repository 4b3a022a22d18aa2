#include "app/profiles/profilescommand.h"

#include "app/cli/commandline/terminal.h"
#include "app/printable.h"
#include "app/profiles/profileloading.h"
#include "app/profiles/profiletemplates.h"

#include "authcore/profile/origin.h"
#include "authcore/profile/profileplaces.h"

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace app::cli {

namespace {

//! "Custom JWT (sign-in: password; token: Authorization)"
QString summary(const BackendProfile &profile)
{
    QStringList methods;
    for (const auto method : profile.signInMethods)
        methods.append(toName(method));
    QString token = QString::fromLatin1(profile.tokenHeader);
    if (token.isEmpty())
        token = u"cookie "_s + profile.answer.accessTokenCookie;
    if (!profile.csrf.isEmpty())
        token += u" and "_s + QString::fromLatin1(profile.csrf.constFirst().header);
    return u"%1 (sign-in: %2; token: %3)"_s.arg(profile.name, methods.join(u" or "_s), token);
}

//! "requests to https://a.org:443 carry the access token"
QString protectionLine(const BackendProfile &profile)
{
    if (profile.protectedOrigins.isEmpty())
        return u"no request carries the access token, since protectedOrigins is empty"_s;
    return u"requests to %1 carry the access token"_s.arg(
        profile.protectedOrigins.join(u" and "_s));
}

//! What is unusual about the refreshes of a valid profile; empty: nothing.
QString refreshLine(const BackendProfile &profile)
{
    const auto isNamed = [](const std::optional<authcore::TokenAnswer> &answer) {
        return answer && answer->hasRefreshToken();
    };
    if (profile.refreshesWithAccessToken())
        return u"the access token itself is what refreshes, before it expires\n"_s;
    if (!profile.issuer.isEmpty() || isNamed(profile.answer) || isNamed(profile.signIn.answer)
        || isNamed(profile.refresh.answer))
        return {};
    return u"no refresh can run, since the profile does not say where an answer has a refresh "
           u"token "
           "(answer.refreshToken)\n"_s;
}

//! Describes a valid profile, which requests carry its token, and which origin gets which secret.
QString checked(const QString &fileName, const BackendProfile &profile)
{
    auto text = u"%1: good: %2 at %3\n"_s.arg(
        printable(fileName), printable(summary(profile)), profile.baseUrl.toDisplayString());
    text += printable(protectionLine(profile)) + u'\n' + refreshLine(profile);
    const auto base = authcore::originOf(profile.baseUrl);
    for (const auto &[origin, secrets] : authcore::profilePlaces(profile))
        text += u"%1%2\n"_s.arg(placeLine(origin, secrets),
            origin == base ? QString() : u" (another origin than the base's)"_s);
    for (const auto &line : networkLines(profile))
        text += line + u" (a run asks first)\n"_s;
    return text;
}

//! One line for each template: its name, what it is for, and how it was tried.
QString templateList()
{
    const auto names = templateNames();
    qsizetype width = 0;
    for (const auto &name : names)
        width = std::max(width, name.size());
    QString text;
    for (const auto &name : names) {
        if (const auto known = profileTemplate(name))
            text += u"%1%2 (%3)\n"_s.arg(
                name.leftJustified(width + 2), known->description, known->tried);
    }
    return text;
}

} // namespace

ExitStatus profiles(const ProfilesArguments &arguments)
{
    if (arguments.action == ProfilesArguments::Action::List) {
        print((presetList() + u'\n' + templateList()).toUtf8());
        return ExitStatus::Passed;
    }
    const auto loaded = loadProfile(
        arguments.profile, {.baseUrl = arguments.url, .files = FileBounds::Kinds::AlsoPipes});
    if (const auto *const errors = std::get_if<QStringList>(&loaded)) {
        sayLines(errors->join(u'\n'));
        return ExitStatus::Usage;
    }
    const auto &profile = std::get<BackendProfile>(loaded);
    if (arguments.action == ProfilesArguments::Action::Show)
        print(profile.toText());
    else
        print(checked(arguments.profile, profile).toUtf8());
    return ExitStatus::Passed;
}

QString presetList(const QString &indent)
{
    const auto names = BackendProfile::presetNames();
    qsizetype width = 0;
    for (const auto &name : names)
        width = std::max(width, name.size());
    QStringList lines;
    for (const auto &name : names) {
        const auto loaded = loadProfile(name);
        if (const auto *const profile = std::get_if<BackendProfile>(&loaded))
            lines.append(indent + name.leftJustified(width + 2) + summary(*profile));
    }
    return lines.join(u'\n');
}

} // namespace app::cli
