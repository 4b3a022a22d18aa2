#pragma once

#include <QtCore/QString>

#include <optional>

// Profiles are shared, so no secret may be in one. Which names are those of secrets, and where
// those belong instead.

namespace authcore {

enum class NameIs {
    Exactly, //!< the name of a secret: "client_secret"
    Roughly, //!< the end of the name is: "myClientSecret"
};

//! What is wrong with a secret under `name`, and where it belongs; empty: that is no secret's name.
[[nodiscard]] std::optional<QString> secretUnder(const QString &name, NameIs how);

} // namespace authcore
