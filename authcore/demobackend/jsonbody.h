#pragma once

#include "authcore/demobackend/dialect.h"

#include <QtCore/QByteArray>
#include <QtCore/QLatin1StringView>

#include <optional>

namespace demobackend {

//! The text at `name` in a body that is a JSON object; empty: there is none.
[[nodiscard]] QByteArray jsonTextIn(const Request &request, QLatin1StringView name);
//! The text at `userName` and that at "password"; nothing: the body has not both.
[[nodiscard]] std::optional<Credentials> jsonCredentialsIn(
    const Request &request, QLatin1StringView userName);

} // namespace demobackend
