#pragma once

#include "authcore/tokens/tokenstore.h"

#include <QtCore/QString>

#include <optional>

//! The token sets in a settings file, for SettingsTokenStore.
//!
//! Each function has a turn at the file: no other process writes in between.
//! Thread:   workers only; each function waits up to 5 s for other processes.
//! Errors:   those of SettingsTokenStore.
namespace authcore::settingsfile {

using Loaded = TokenStore::Loaded;
using Accounts = TokenStore::Accounts;
using Done = TokenStore::Done;

//! The file that a process locks while it refreshes the tokens of `key`. Needs no turn.
[[nodiscard]] QString lockPath(const QString &filePath, const TokenKey &key);
[[nodiscard]] Loaded load(const QString &filePath, const TokenKey &key);
[[nodiscard]] Accounts accounts(const QString &filePath, const QString &profileId);
[[nodiscard]] Done write(const QString &filePath, const TokenKey &key,
    const WriteCondition &condition, const std::optional<TokenSet> &tokens);
[[nodiscard]] Done checkWritable(const QString &filePath);

} // namespace authcore::settingsfile
