#pragma once

#include "authcore/system/export.h"

#include <QtCore/QString>

#include <optional>

// Profiles are shared, so they must not contain secrets. Recognises the names of secrets, and says
// where the secrets belong instead.

namespace authcore {

enum class NameIs {
    Exactly, //!< the name of a secret: "client_secret"
    Roughly, //!< the end of the name is: "myClientSecret"
};

//! Why a secret called `name` must not be here, and where it belongs; empty: `name` is not that of
//! a secret.
[[nodiscard]] AUTHCORE_EXPORT std::optional<QString> secretUnder(const QString &name, NameIs how);

} // namespace authcore
