#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/tokenstore.h"

#include <functional>
#include <variant>

namespace authcore {

//! At which step a move failed, and why. The tokens are still in the first store; from Verify on
//! the other store may have a copy.
struct AUTHCORE_EXPORT MoveError
{
    //! In their order.
    enum class Step {
        Load, //!< from the first store
        Save, //!< in the second
        Verify, //!< that they can be read there
        Remove, //!< from the first: there are two copies until a move succeeds
    };
    Step step = Step::Load; //!< that failed
    StoreError error; //!< of the store

    bool operator==(const MoveError &) const = default;
};

//! How a move succeeded.
enum class Moved {
    Tokens, //!< they are in the other store now
    Nothing, //!< there was nothing to move
};

using MoveResult = std::variant<Moved, MoveError>;

//! Moves one token set to another store, and never loses it: loads, saves, reads back, and only
//! then removes what it has read. Tokens that another process stores meanwhile are moved too.
//!
//! Lifetime: both stores outlive the move. It stops when `context` is destroyed, at worst with two
//!           copies.
//! Thread:   that of both stores.
//! Errors:   to `then`, once, never inside the call. If both stores use the same file or entry, the
//!           tokens are missing afterwards; the move then stores them again and fails.
AUTHCORE_EXPORT void moveTokens(const TokenKey &key, TokenStore &from, TokenStore &to,
    QObject *context, std::function<void(const MoveResult &)> then);

} // namespace authcore
