#pragma once

#include <QtCore/QString>

namespace app::cli {

[[nodiscard]] QString helpText(); //!< the whole help, like a manual page
[[nodiscard]] QString usageText(); //!< a few lines
[[nodiscard]] QString versionText();

} // namespace app::cli
