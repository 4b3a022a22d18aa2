#pragma once

#include "authcore/httpserver/exchange.h"

#include <map>
#include <optional>

namespace httpserver {

//! The fields of a multipart/form-data body by name. Empty: the body is no form, or is incomplete.
//!
//! Spec: RFC 7578.
[[nodiscard]] std::optional<std::map<QByteArray, QByteArray>> multipartFormIn(
    const Request &request);

} // namespace httpserver
