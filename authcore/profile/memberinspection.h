#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/profileerrors.h"

// What is wrong with members of a profile, whatever its other members say. Pure.

namespace authcore {

// `where` is the member's JSON pointer.

void inspectAnswer(const QString &where, const TokenAnswer &answer, ProfileErrors &problems);
void inspectHeaderName(const QString &where, const QByteArray &name, ProfileErrors &problems);
void inspectPointer(const QString &where, const QString &pointer, ProfileErrors &problems);
void inspectPolicy(const RefreshPolicy &policy, ProfileErrors &problems);

} // namespace authcore
