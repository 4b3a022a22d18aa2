#pragma once

#include "authcore/httpserver/exchange.h"

#include <QtCore/QtGlobal>

#include <optional>

namespace httpserver {

//! The refusal for a request that somebody else's page has sent through a person's browser: one to
//! a name that is not this machine's (421; DNS rebinding), or one that changes something and comes
//! from another origin (403).
//! Empty: it may be answered. Pure.
//! Source: RFC 9110 sections 7.4 and 15.5.20; the fetch standard's Origin and Sec-Fetch-Site.
[[nodiscard]] std::optional<Reply> refusalForStranger(const Request &request, quint16 port);

} // namespace httpserver
