#pragma once

#include <QtCore/QString>

namespace app::cli {

[[nodiscard]] QString helpText(); //!< everything, like a manual page
[[nodiscard]] QString usageText(); //!< two lines
[[nodiscard]] QString versionText();

} // namespace app::cli
