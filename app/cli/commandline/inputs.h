#pragma once

#include "app/cli/commandline/arguments.h"
#include "app/environment.h"
#include "app/profiles/profileloading.h"

#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <variant>

//! The inputs of a run: profile, credentials and body. Errors are texts for people.
namespace app::cli {

struct InputError
{
    QString text;
};

struct Credentials
{
    QString userName;
    QString password;
};

//! Reads a file of at most `mostBytes`; "-" is standard input.
[[nodiscard]] std::variant<QByteArray, InputError> readInput(
    const QString &fileName, qsizetype mostBytes = 1 << 20);

//! The first line of the file without its end, which editors and echo add.
[[nodiscard]] std::variant<QString, InputError> firstLineOf(const QString &fileName);

//! How a run signs in.
struct SignInPlan
{
    authcore::SignInMethod method = authcore::SignInMethod::Password;
    RunArguments::Browser browser = RunArguments::Browser::OpenIt;
    Credentials credentials; //!< for SignInMethod::Password
    QByteArray clientSecret; //!< empty: a public client
};

//! The secret from the file, else from the environment; empty: no secret.
[[nodiscard]] std::variant<QByteArray, InputError> clientSecretFor(
    const RunArguments &run, const Environment &environment);

//! `run` with the URL of its backend: that of --url, else the one in the profile's file; empty: the
//! demo backend. Options that are for the other kind of backend are an error.
[[nodiscard]] std::variant<RunArguments, InputError> withBackend(
    RunArguments run, const ProfileSource &profile);

//! What --url keeps of the base URL in the profile's file, for people; empty: nothing.
[[nodiscard]] QString keptText(const RunArguments &run, const ProfileSource &profile);

//! `source` with the run's changes, at `baseUrl`. An invalid profile is an error.
[[nodiscard]] std::variant<authcore::BackendProfile, InputError> profileFor(const RunArguments &run,
    const ProfileSource &source, const QUrl &baseUrl, const QByteArray &clientSecret);

//! The URL that the run requests: its path, else the profile's first resource. An unprotected URL
//! is an error.
[[nodiscard]] std::variant<QUrl, InputError> resourceFor(
    const RunArguments &run, const authcore::BackendProfile &profile);

//! The run's method, else the profile's first method. Exception: with the demo backend a device
//! signs in by itself, where a browser would need a person.
[[nodiscard]] std::variant<authcore::SignInMethod, InputError> signInMethodFor(
    const RunArguments &run, const authcore::BackendProfile &profile);

//! All origins that get a secret of the run, one per line. An origin is an error if it is neither
//! that of the base URL nor that of the run's issuer, and the run does not allow it.
[[nodiscard]] std::variant<QString, InputError> placesFor(
    const RunArguments &run, const authcore::BackendProfile &profile);

//! The password from the file, else the demo backend's own, else from the environment.
[[nodiscard]] std::variant<Credentials, InputError> credentialsFor(
    const RunArguments &run, const Environment &environment);

} // namespace app::cli
