#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/profileerrors.h"

// What is wrong with members of a profile, whatever its other members say. Pure.

namespace authcore {

void inspectAnswer(const TokenAnswer &answer, ProfileErrors &problems);
void inspectPolicy(const RefreshPolicy &policy, ProfileErrors &problems);

} // namespace authcore
