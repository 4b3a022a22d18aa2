#pragma once

namespace authcore {

//! Whether tokens outlive the application: "stay signed in".
enum class TokenPersistence {
    Store, //!< they are stored
    MemoryOnly, //!< they are not, and what is stored of ours is removed
};

} // namespace authcore
