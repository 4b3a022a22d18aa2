#pragma once

#include "app/cli/commandline/arguments.h"
#include "app/environment.h"

#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <variant>

//! What a run reads before it begins: profile, credentials and body. Errors are for people.
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

//! A file's content, a megabyte or less of it; "-" is standard input.
[[nodiscard]] std::variant<QByteArray, InputError> readInput(
    const QString &fileName, qsizetype mostBytes = 1 << 20);

//! How a run signs in.
struct SignInPlan
{
    authcore::SignInMethod method = authcore::SignInMethod::Password;
    RunArguments::Browser browser = RunArguments::Browser::OpenIt;
    Credentials credentials; //!< of SignInMethod::Password
    QByteArray clientSecret; //!< empty: a public client
};

//! From the file, else from the environment; empty: there is none.
[[nodiscard]] std::variant<QByteArray, InputError> clientSecretFor(
    const RunArguments &run, const Environment &environment);

//! The preset or the file that the run names, changed as it says, at `baseUrl`. A profile that
//! cannot be used is an error.
[[nodiscard]] std::variant<authcore::BackendProfile, InputError> profileFor(
    const RunArguments &run, const QUrl &baseUrl, const QByteArray &clientSecret);

//! What the run asks for: its path, else the profile's first resource. One that is not protected is
//! an error.
[[nodiscard]] std::variant<QUrl, InputError> resourceFor(
    const RunArguments &run, const authcore::BackendProfile &profile);

//! As the run says, else the profile's first way; but the demo backend lets devices in by itself,
//! and in a browser it would need a person.
[[nodiscard]] std::variant<authcore::SignInMethod, InputError> signInMethodFor(
    const RunArguments &run, const authcore::BackendProfile &profile);

//! Every place that gets a secret of the run, one a line. An error: one of them is neither the
//! base's origin, nor the issuer's that the run names, nor allowed by it.
[[nodiscard]] std::variant<QString, InputError> placesFor(
    const RunArguments &run, const authcore::BackendProfile &profile);

//! Whose password: from the file, else the demo backend's own, else from the environment.
[[nodiscard]] std::variant<Credentials, InputError> credentialsFor(
    const RunArguments &run, const Environment &environment);

} // namespace app::cli
