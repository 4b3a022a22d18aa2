#pragma once

#include <QtCore/QString>
#include <QtCore/QUrl>

namespace app::cli {

//! The output of tokenflight-cli serve: on the first line only the base URL of the demo backend,
//! then its dialects with their endpoints, then its users with their passwords. Pure.
[[nodiscard]] QString servedText(const QUrl &baseUrl);

} // namespace app::cli
