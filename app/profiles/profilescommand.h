#pragma once

#include "app/cli/commandline/arguments.h"

namespace app::cli {

//! tokenflight-cli profiles: prints what was asked for. A profile that cannot be used is
//! ExitStatus::Usage, its errors on standard error, one a line.
[[nodiscard]] ExitStatus profiles(const ProfilesArguments &arguments);

//! The presets with one line each, without the last line's end.
[[nodiscard]] QString presetList(const QString &indent = {});

} // namespace app::cli
