#pragma once

#include "app/cli/arguments.h"

#include "authcore/protocol/backendprofile.h"

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

//! A file's content; "-" is standard input.
[[nodiscard]] std::variant<QByteArray, InputError> readInput(const QString &fileName);

//! Whose password: from the file, else from the environment, else the demo backend's own.
//! `environment` is the value of TOKENFLIGHT_PASSWORD; the demo backend does not need it.
[[nodiscard]] std::variant<Credentials, InputError> credentialsFor(
    const RunArguments &run, const QString &environment);

//! The preset or the file that the run names, at `baseUrl`: what the profile says of its own origin
//! is said of the new one. A profile that cannot be used, or that does not protect the path, is an
//! error.
[[nodiscard]] std::variant<authcore::BackendProfile, InputError> profileFor(
    const RunArguments &run, const QUrl &baseUrl);

} // namespace app::cli
