#pragma once

#include "authcore/httpserver/exchange.h"

#include <map>
#include <optional>

namespace httpserver {

//! The fields of a multipart/form-data body by name. Nothing: the body is none, or is cut short.
//!
//! Spec: RFC 7578.
[[nodiscard]] std::optional<std::map<QByteArray, QByteArray>> multipartFormIn(
    const Request &request);

} // namespace httpserver
