#pragma once

#include "authcore/system/export.h"
#include "authcore/tokens/storeerror.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QList>

#include <optional>
#include <variant>

namespace authcore {

//! The write is carried out whatever is stored: a sign-in, a sign-out.
struct OverAnything
{
};

//! Only over an entry that is there: a refresh does not sign in somebody who has signed out in
//! another process. An entry that cannot be read counts as there.
struct OverAnEntry
{
};

//! Only over an entry with the tokens of one of `sets`, which another process may have replaced.
//!
//! New tokens need an entry with the same access and refresh token, whatever its cookies; one that
//! cannot be read fails the write. A removal needs the same cookies too, and removes an entry that
//! cannot be read; another entry stays, which is no error.
struct OverTokens
{
    QList<TokenSet> sets; //!< at least one
};

//! What has to be stored under a key for a write to be carried out.
using WriteCondition = std::variant<OverAnything, OverAnEntry, OverTokens>;

//! What a store does with one write.
struct WriteVerdict
{
    bool isMet = true; //!< the write is carried out
    std::optional<StoreError> answer {}; //!< otherwise the store's answer; nullopt: done
};

//! Judges `condition` by what a store has found under the key, or why it could not read that.
//! `tokens` are to be written; nullopt: the entry is to be removed. A pure function.
[[nodiscard]] AUTHCORE_EXPORT WriteVerdict judged(const WriteCondition &condition,
    const std::variant<std::optional<TokenSet>, StoreError> &found,
    const std::optional<TokenSet> &tokens);

} // namespace authcore
