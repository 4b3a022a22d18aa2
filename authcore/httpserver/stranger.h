#pragma once

#include "authcore/httpserver/exchange.h"

#include <QtCore/QtGlobal>

#include <optional>

namespace httpserver {

//! The refusal for a request that a page of another site made a browser send: 421 for a host name
//! that is not this machine's (DNS rebinding), 403 for a request of another origin with a method
//! that changes something. Empty: the request may be answered. Pure.
//!
//! Source:   RFC 9110 sections 7.4 and 15.5.20; the fetch standard's Origin and Sec-Fetch-Site.
[[nodiscard]] std::optional<Reply> refusalForStranger(const Request &request, quint16 port);

} // namespace httpserver
