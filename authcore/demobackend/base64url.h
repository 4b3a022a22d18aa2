#pragma once

#include <QtCore/QByteArray>

namespace demobackend {

//! Base64url without padding, which URLs, headers and cookies can carry (RFC 4648 section 5).
inline constexpr auto base64Url = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

} // namespace demobackend
