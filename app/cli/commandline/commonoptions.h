#pragma once

#include "app/cli/commandline/arguments.h"
#include "app/cli/commandline/optionreader.h"

#include <optional>

// What several commands read alike.

namespace app::cli {

//! Why a password or a client secret must not be an argument; empty: none is.
[[nodiscard]] QString secretOnCommandLine(const QStringList &arguments);

//! An http or https address without a user name.
[[nodiscard]] std::optional<QUrl> baseFrom(const QString &text);
void readBase(OptionReader &reader, std::optional<QUrl> &base); //!< --url
void readOrigins(OptionReader &reader, QStringList &origins); //!< --allow-origin
//! --sign-in, --no-browser, --user, --password-file, --client-id, --client-secret-file, --scope
void readSignIn(OptionReader &reader, RunArguments &run);
void readOutput(OptionReader &reader, RunArguments &run); //!< --format, --timeout

} // namespace app::cli
