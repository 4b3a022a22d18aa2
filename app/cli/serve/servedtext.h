#pragma once

#include <QtCore/QString>
#include <QtCore/QUrl>

namespace app::cli {

//! What tokenflight-cli serve prints about a demo backend: on the first line its base URL alone,
//! then its dialects with their endpoints, then its users with their passwords. Pure.
[[nodiscard]] QString servedText(const QUrl &baseUrl);

} // namespace app::cli
