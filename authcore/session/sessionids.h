#pragma once

#include <cstdint>

namespace authcore {

enum class RequestId : std::uint64_t {}; //!< counts the protected requests of a session
enum class RefreshId : std::uint32_t {}; //!< counts the refreshes of a session; 0 is "none"

//! Counts the token sets that came from outside: sign-ins, restores, setTokens(). Tokens of one
//! family were refreshed one from the other, so they are of one account, whether it has a name or
//! not.
enum class TokenFamily : std::uint32_t {};

} // namespace authcore
