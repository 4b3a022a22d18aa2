#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

namespace ui {

//! The user's roles as the sign-in answered them: "roles" in the user data.
[[nodiscard]] QStringList rolesOf(const authcore::TokenSet &tokens);
//! A user with these roles may have the resource.
[[nodiscard]] bool isFor(const authcore::Resource &resource, const QStringList &roles);
//! The resources of a profile, else one for its base URL. Never empty.
[[nodiscard]] QList<authcore::Resource> resourcesOf(const authcore::BackendProfile &profile);

} // namespace ui
