#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

namespace ui {

//! What the sign-in said of the user: userData's "roles".
[[nodiscard]] QStringList rolesOf(const authcore::TokenSet &tokens);
//! Is the resource for somebody with these roles?
[[nodiscard]] bool isFor(const authcore::Resource &resource, const QStringList &roles);
//! What a profile has to ask for: its resources, else what is at its base URL. Never empty.
[[nodiscard]] QList<authcore::Resource> resourcesOf(const authcore::BackendProfile &profile);

} // namespace ui
