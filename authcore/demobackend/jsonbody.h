#pragma once

#include "authcore/demobackend/dialect.h"

#include <QtCore/QByteArray>
#include <QtCore/QLatin1StringView>

#include <optional>

namespace demobackend {

//! The text of member `name` in a body that is a JSON object; empty: no such text.
[[nodiscard]] QByteArray jsonTextIn(const Request &request, QLatin1StringView name);
//! The texts of the members `userName` and "password"; empty: the body lacks one of them.
[[nodiscard]] std::optional<Credentials> jsonCredentialsIn(
    const Request &request, QLatin1StringView userName);

} // namespace demobackend
