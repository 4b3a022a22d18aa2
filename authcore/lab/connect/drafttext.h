#pragma once

#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <map>

namespace authcore::lab {

//! `profile` as JSON with comments, in the order of the other texts of profiles; keys that have
//! their default are left out. `comments` come before the usual ones of the same pointer. Pure.
[[nodiscard]] QByteArray commentedText(
    const BackendProfile &profile, const std::map<QString, QString> &comments);

} // namespace authcore::lab
