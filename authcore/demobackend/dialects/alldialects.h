#pragma once

#include "authcore/demobackend/dialect.h"

#include <memory>
#include <vector>

namespace demobackend {

//! All dialects of the backend. No path belongs to two dialects.
[[nodiscard]] std::vector<std::unique_ptr<Dialect>> allDialects();

} // namespace demobackend
