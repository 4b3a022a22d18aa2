#pragma once

#include "app/cli/commandline/arguments.h"

#include <QtCore/QStringList>

namespace app::cli {

//! Reads the options of tokenflight-cli serve; the first argument is the name of the command. Pure.
[[nodiscard]] Arguments parseServe(const QStringList &arguments);

} // namespace app::cli
