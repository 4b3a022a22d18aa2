#pragma once

#include <cstdint>

namespace authcore {

enum class RequestId : std::uint64_t {}; //!< counts the protected requests of a session
enum class RefreshId : std::uint32_t {}; //!< counts the refreshes of a session; 0 is "none"

//! Counts the token sets that came from outside: by sign-ins, restores and setTokens(). Refreshed
//! tokens stay in the family, so all tokens of a family are of one account, which may have no name.
enum class TokenFamily : std::uint32_t {};

} // namespace authcore
