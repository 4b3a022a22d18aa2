#pragma once

#include "authcore/demobackend/exchange.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>

#include <chrono>
#include <optional>

namespace demobackend {

//! A cookie to be set. Spec: RFC 6265 section 4.1.
struct Cookie
{
    enum class Reader { Server, Anybody };

    QByteArray name;
    QByteArray value;
    QByteArray path = "/";
    Reader reader = Reader::Server; //!< whether scripts of the page may read it, too
    std::optional<std::chrono::seconds> maxAge = {}; //!< empty: as long as the browser runs
};

void setCookie(Reply &reply, const Cookie &cookie);

//! The value of the first cookie of this name; empty: `request` carries none.
[[nodiscard]] QByteArray cookieIn(const Request &request, QByteArrayView name);

} // namespace demobackend
