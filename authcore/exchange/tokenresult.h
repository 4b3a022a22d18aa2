#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/tokens/tokenset.h"

#include <variant>

namespace authcore {

//! What a token endpoint granted, or why it granted nothing.
using TokenResult = std::variant<TokenSet, TokenError>;

} // namespace authcore
