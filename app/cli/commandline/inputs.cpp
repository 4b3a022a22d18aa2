#include "app/cli/commandline/inputs.h"

#include "app/printable.h"
#include "app/profiles/boundedfile.h"
#include "app/profiles/profileloading.h"

#include "authcore/demobackend/knobs.h"
#include "authcore/lab/hints.h"
#include "authcore/profile/origin.h"
#include "authcore/profile/profileplaces.h"

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::SignInMethod;

namespace app::cli {

namespace {

//! The number of bytes before the first one that is not UTF-8.
[[nodiscard]] qsizetype utf8Bytes(QByteArrayView text)
{
    constexpr qsizetype longestCharacter = 4;
    qsizetype good = 0;
    while (good < text.size()) {
        const auto rest = text.sliced(good);
        const auto longest = std::min(longestCharacter, rest.size());
        qsizetype size = 1;
        while (size <= longest && !rest.first(size).isValidUtf8())
            ++size;
        if (size > longest)
            break;
        good += size;
    }
    return good;
}

} // namespace

std::variant<QByteArray, InputError> readInput(const QString &fileName, qsizetype mostBytes)
{
    auto content = readFile(fileName, {mostBytes, FileBounds::Kinds::AlsoPipes});
    if (const auto *const problem = std::get_if<FileProblem>(&content))
        return InputError {problem->text};
    return std::get<QByteArray>(std::move(content));
}

std::variant<QString, InputError> firstLineOf(const QString &fileName)
{
    const auto content = readInput(fileName);
    if (const auto *const error = std::get_if<InputError>(&content))
        return *error;
    auto line = std::get<QByteArray>(content).split('\n').constFirst();
    if (line.endsWith('\r'))
        line.chop(1);
    if (const auto good = utf8Bytes(line); good < line.size())
        return InputError {
            u"%1: byte %2 of the first line is not UTF-8, so it would not be sent as it was typed; "
            "save the file as UTF-8, for example with \"iconv -f LATIN1 -t UTF-8\""_s.arg(fileName)
                .arg(good + 1)};
    return QString::fromUtf8(line);
}

std::variant<QByteArray, InputError> clientSecretFor(
    const RunArguments &run, const Environment &environment)
{
    if (run.clientSecretFile.isEmpty())
        return environment.clientSecret.toUtf8();
    const auto secret = firstLineOf(run.clientSecretFile);
    if (const auto *const error = std::get_if<InputError>(&secret))
        return *error;
    return std::get<QString>(secret).toUtf8();
}

std::variant<RunArguments, InputError> withBackend(RunArguments run, const ProfileSource &profile)
{
    if (const auto own = profile.baseUrl();
        !run.url && run.backend == RunArguments::Backend::Profiles && !own.isEmpty())
        run.url = own;
    if (run.url && run.nextRefresh != demobackend::RefreshAnswer::Ok)
        return InputError {
            u"--next-refresh is for the demo backend: leave out --url, or add --demo."_s};
    if (!run.url && !run.issuer.isEmpty())
        return InputError {u"--issuer is for a backend of your own: it needs --url."_s};
    return run;
}

QString keptText(const RunArguments &run, const ProfileSource &profile)
{
    const auto path = profile.baseUrl().path(QUrl::FullyEncoded);
    if (!run.url || !run.url->path().isEmpty() || path.isEmpty() || path == "/"_L1)
        return {};
    return u"--url keeps the path of the profile's base URL, %1; to replace it, give --url a path "
           "(\"/\" for none)"_s.arg(printable(path));
}

std::variant<BackendProfile, InputError> profileFor(const RunArguments &run,
    const ProfileSource &source, const QUrl &baseUrl, const QByteArray &clientSecret)
{
    ProfileChanges changes {.baseUrl = baseUrl,
        .issuer = run.issuer,
        .clientId = run.clientId,
        .scope = run.scope,
        .caFile = run.network.caFile,
        .clientCertificate = {run.network.clientCertificate, run.network.clientKey},
        .proxy = run.network.proxy};
    if (!clientSecret.isEmpty()) // every server knows this method (RFC 6749 section 2.3.1)
        changes.clientAuthentication = authcore::ClientAuthentication::Basic;
    auto loaded = loadProfile(source, changes);
    if (const auto *const errors = std::get_if<QStringList>(&loaded))
        return InputError {errors->join(u'\n')};
    return std::get<BackendProfile>(std::move(loaded));
}

std::variant<QUrl, InputError> resourceFor(const RunArguments &run, const BackendProfile &profile)
{
    auto path = run.path;
    if (path.isEmpty() && !profile.resources.isEmpty())
        path = profile.resources.constFirst().path;
    if (path.isEmpty())
        return InputError {
            u"%1 names no resources: say by --path what to ask for."_s.arg(run.profile)};
    const auto url = profile.resolved(QUrl(path));
    if (const auto why = authcore::lab::whyWithoutToken(profile, url); !why.isEmpty())
        return InputError {u"%1: %2 is not protected: %3"_s.arg(run.profile, path, why)};
    return url;
}

std::variant<SignInMethod, InputError> signInMethodFor(
    const RunArguments &run, const BackendProfile &profile)
{
    const auto &methods = profile.signInMethods;
    const bool isForPerson = !run.url && methods.constFirst() == SignInMethod::Browser
        && methods.contains(SignInMethod::Device);
    const auto method =
        run.signIn.value_or(isForPerson ? SignInMethod::Device : methods.constFirst());
    if (!methods.contains(method)) {
        QStringList names;
        for (const auto known : methods)
            names.append(toName(known));
        return InputError {u"%1 has no sign-in by %2, but by %3."_s.arg(
            run.profile, toName(method), names.join(u" or "_s))};
    }
    if (method == SignInMethod::Password || run.userName.isEmpty())
        return method;
    if (run.url)
        return InputError {
            u"--user is for a password: who signs in by %1 says so there."_s.arg(toName(method))};
    if (!demobackend::findUser(&demobackend::DemoUser::name, run.userName))
        return InputError {u"\"%1\" is no user of the demo backend."_s.arg(run.userName)};
    return method;
}

std::variant<QString, InputError> placesFor(const RunArguments &run, const BackendProfile &profile)
{
    const auto base = authcore::originOf(profile.baseUrl);
    const auto issuer = authcore::originOf(QUrl(run.issuer));
    QStringList lines;
    QStringList unasked;
    for (const auto &[origin, secrets] : authcore::profilePlaces(profile)) {
        lines.append(placeLine(origin, secrets));
        if (origin != base && origin != issuer && !run.allowedOrigins.contains(origin))
            unasked.append(
                u"%1; if that is right, add --allow-origin %2"_s.arg(lines.constLast(), origin));
    }
    if (!unasked.isEmpty())
        return InputError {u"%1 sends secrets to other places than %2:\n%3"_s.arg(
            run.profile, base, unasked.join(u'\n'))};
    return lines.join(u'\n');
}

std::variant<Credentials, InputError> credentialsFor(
    const RunArguments &run, const Environment &environment)
{
    if (run.url && run.userName.isEmpty())
        return InputError {
            u"A backend of your own needs --user, and a password (see --password-file)."_s};
    const auto name = run.userName.isEmpty() ? demobackend::demoUsers().front().name : run.userName;
    if (!run.passwordFile.isEmpty()) {
        const auto password = firstLineOf(run.passwordFile);
        if (const auto *const error = std::get_if<InputError>(&password))
            return *error;
        return Credentials {name, std::get<QString>(password)};
    }
    const auto known = demobackend::findUser(&demobackend::DemoUser::name, name);
    if (!run.url && known)
        return Credentials {name, known->password};
    if (!environment.password.isEmpty())
        return Credentials {name, environment.password};
    return InputError {u"A password is needed: --password-file FILE ('-' is standard input), or "
                       "the environment variable TOKENFLIGHT_PASSWORD."_s};
}

} // namespace app::cli
