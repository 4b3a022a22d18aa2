#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QUrl>

namespace app::cli {

//! The output of tokenflight-cli serve: on the first line only the base URL of the demo backend,
//! then its dialects with their endpoints, then its users with their passwords, then the
//! certificate of a TLS server. Pure.
[[nodiscard]] QString servedText(const QUrl &baseUrl, const QByteArray &certificatePem);

} // namespace app::cli
