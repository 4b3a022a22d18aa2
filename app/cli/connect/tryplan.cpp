#include "app/cli/connect/tryplan.h"

#include "app/cli/commandline/networkoptions.h"
#include "app/profiles/profileloading.h"
#include "app/profiles/profiletemplates.h"

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::SignInMethod;

namespace app::cli {

namespace {

bool isPreset(const QString &name)
{
    return BackendProfile::presetNames().contains(name);
}

//! Reads the file and the profile in it.
std::optional<InputError> readProfileOf(TryPlan &plan, const std::optional<QUrl> &demo)
{
    const auto &run = plan.arguments.run;
    const auto opened = openProfile(run.profile, FileBounds::Kinds::AlsoPipes);
    if (const auto *const errors = std::get_if<QStringList>(&opened))
        return InputError {errors->join(u'\n')};
    const auto &source = std::get<ProfileSource>(opened);
    plan.file = source.json.value_or(QByteArray());
    const auto baseUrl = demo ? *demo : run.url.value_or(source.baseUrl());
    const auto profile = profileFor(run, source, baseUrl, plan.setup.clientSecret);
    if (const auto *const error = std::get_if<InputError>(&profile))
        return *error;
    plan.profile = std::get<BackendProfile>(profile);
    return {};
}

//! Who signs in, and how.
std::optional<InputError> readPerson(TryPlan &plan, const Environment &environment)
{
    const auto &run = plan.arguments.run;
    const auto method = signInMethodFor(run, plan.profile);
    if (const auto *const error = std::get_if<InputError>(&method))
        return *error;
    plan.setup.method = std::get<SignInMethod>(method);
    if (plan.setup.method != SignInMethod::Password)
        return {};
    const auto credentials = credentialsFor(run, environment);
    if (const auto *const error = std::get_if<InputError>(&credentials))
        return *error;
    plan.setup.userName = std::get<Credentials>(credentials).userName;
    plan.setup.password = std::get<Credentials>(credentials).password;
    return {};
}

} // namespace

bool usesDemoBackend(const TryArguments &arguments)
{
    return isPreset(arguments.run.profile) && !arguments.run.url;
}

std::variant<TryPlan, InputError> tryPlanFor(
    const TryArguments &arguments, const std::optional<QUrl> &demo, const Environment &environment)
{
    TryPlan plan {arguments, {}, {}, {}};
    auto &run = plan.arguments.run;
    if (isPreset(run.profile) && arguments.patch == TryArguments::Patch::Write)
        return InputError {u"%1 is a preset, and no file to write to"_s.arg(run.profile)};
    if (profileTemplate(run.profile) && arguments.patch == TryArguments::Patch::Write)
        return InputError {u"%1 is a template, and no file to write to"_s.arg(run.profile)};
    const auto secret = clientSecretFor(run, environment);
    if (const auto *const error = std::get_if<InputError>(&secret))
        return *error;
    plan.setup.clientSecret = std::get<QByteArray>(secret);
    if (const auto error = readProfileOf(plan, demo))
        return *error;
    if (!demo) // somebody else's backend, wherever its address comes from
        run.url = plan.profile.baseUrl;
    const auto network = networkFor(run.network, run.profile, plan.profile, environment);
    if (const auto *const error = std::get_if<InputError>(&network))
        return *error;
    plan.setup.network = std::get<authcore::NetworkSettings>(network);
    plan.setup.resource = QUrl(run.path);
    if (const auto error = readPerson(plan, environment))
        return *error;
    return plan;
}

} // namespace app::cli
