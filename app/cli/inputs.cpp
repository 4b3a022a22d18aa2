#include "app/cli/inputs.h"

#include "authcore/demobackend/knobs.h"

#include <QtCore/QFile>

#include <algorithm>
#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;

namespace app::cli {

namespace {

//! Up to the end of the first line: editors and echo add one.
[[nodiscard]] QString firstLine(const QByteArray &content)
{
    auto line = content.split('\n').constFirst();
    if (line.endsWith('\r'))
        line.chop(1);
    return QString::fromUtf8(line);
}

[[nodiscard]] std::variant<BackendProfile, InputError> namedProfile(
    const QString &name, const QUrl &baseUrl)
{
    if (const auto preset = BackendProfile::preset(name, baseUrl))
        return *preset;
    if (!QFile::exists(name))
        return InputError {u"\"%1\" is neither a file nor a preset (%2)."_s.arg(
            name, BackendProfile::presetNames().join(u", "_s))};
    const auto content = readInput(name);
    if (const auto *const error = std::get_if<InputError>(&content))
        return *error;
    const auto read = BackendProfile::fromJson(std::get<QByteArray>(content));
    if (const auto *const errors = std::get_if<QList<authcore::ProfileError>>(&read))
        return InputError {u"%1: %2"_s.arg(name, errors->constFirst().toString())};
    return std::get<BackendProfile>(read);
}

[[nodiscard]] BackendProfile movedTo(BackendProfile profile, const QUrl &baseUrl)
{
    const auto oldOrigin = authcore::originOf(profile.baseUrl);
    const auto newOrigin = authcore::originOf(baseUrl);
    for (auto &origin : profile.protectedOrigins)
        if (authcore::originOf(QUrl(origin)) == oldOrigin)
            origin = newOrigin;
    if (profile.baseUrl.isEmpty())
        profile.protectedOrigins.append(newOrigin);
    profile.baseUrl = baseUrl;
    return profile;
}

} // namespace

std::variant<QByteArray, InputError> readInput(const QString &fileName)
{
    QFile file(fileName);
    const bool isOpen =
        fileName == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return InputError {u"%1: %2"_s.arg(fileName, file.errorString())};
    auto content = file.readAll();
    if (file.error() != QFileDevice::NoError)
        return InputError {u"%1: %2"_s.arg(fileName, file.errorString())};
    return content;
}

std::variant<Credentials, InputError> credentialsFor(
    const RunArguments &run, const QString &environment)
{
    const auto users = demobackend::demoUsers();
    const auto name = run.userName.isEmpty() ? users.front().name : run.userName;
    if (!run.passwordFile.isEmpty()) {
        const auto content = readInput(run.passwordFile);
        if (const auto *const error = std::get_if<InputError>(&content))
            return *error;
        return Credentials {name, firstLine(std::get<QByteArray>(content))};
    }
    const auto known = std::find_if(
        users.begin(), users.end(), [&name](const auto &user) { return user.name == name; });
    if (!run.url && known != users.end())
        return Credentials {name, known->password};
    if (!environment.isEmpty())
        return Credentials {name, environment};
    return InputError {u"A password is needed: --password-file FILE ('-' is standard input), or "
                       "the environment variable TOKENFLIGHT_PASSWORD."_s};
}

std::variant<BackendProfile, InputError> profileFor(const RunArguments &run, const QUrl &baseUrl)
{
    const auto named = namedProfile(run.profile, baseUrl);
    if (const auto *const error = std::get_if<InputError>(&named))
        return *error;
    const auto profile = movedTo(std::get<BackendProfile>(named), baseUrl);
    if (const auto problems = profile.problems(); !problems.isEmpty())
        return InputError {u"%1: %2"_s.arg(run.profile, problems.constFirst().toString())};
    if (!profile.isProtected(profile.resolved(QUrl(run.path))))
        return InputError {
            u"%1: %2 is not protected by this profile, so there is nothing to see."_s.arg(
                run.profile, run.path)};
    return profile;
}

} // namespace app::cli
