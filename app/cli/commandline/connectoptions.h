#pragma once

#include "app/cli/commandline/arguments.h"

namespace app::cli {

//! Reads the arguments of "profiles try", from that word on. Pure.
[[nodiscard]] Arguments parseTry(const QStringList &arguments);
//! Likewise of "profiles new".
[[nodiscard]] Arguments parseNew(const QStringList &arguments);

} // namespace app::cli
