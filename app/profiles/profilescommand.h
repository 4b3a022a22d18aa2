#pragma once

#include "app/cli/commandline/arguments.h"

namespace app::cli {

//! Runs "tokenflight-cli profiles". An invalid profile gives ExitStatus::Usage, with its errors on
//! standard error, one per line.
[[nodiscard]] ExitStatus profiles(const ProfilesArguments &arguments);

//! The presets, without the templates, with one line for each; the last line has no line end.
[[nodiscard]] QString presetList(const QString &indent = {});

} // namespace app::cli
