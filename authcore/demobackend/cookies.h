#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <chrono>
#include <optional>

namespace demobackend {

//! A cookie of a Set-Cookie header.
//!
//! Spec:     RFC 6265 section 4.1.
struct Cookie
{
    enum class Reader { Server, Anybody };

    QByteArray name;
    QByteArray value;
    QByteArray path = "/";
    Reader reader = Reader::Server; //!< Anybody: scripts of the page can read it
    std::optional<std::chrono::seconds> maxAge = {}; //!< empty: until the browser ends
};

void setCookie(Reply &reply, const Cookie &cookie);

//! The value of the first cookie of this name; empty: `request` has no such cookie.
[[nodiscard]] QByteArray cookieIn(const Request &request, QByteArrayView name);

} // namespace demobackend
