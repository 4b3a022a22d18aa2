#pragma once

#include "authcore/demobackend/dialect.h"

#include <memory>
#include <vector>

namespace demobackend {

//! Every dialect that the backend speaks. They share no path.
[[nodiscard]] std::vector<std::unique_ptr<Dialect>> allDialects();

} // namespace demobackend
