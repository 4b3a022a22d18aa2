#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace authcore {

//! BackendProfile::problems() of a profile that was read from `json`, sorted by their place in that
//! text, which is `at`. A missing value has the place of the object that would hold it.
[[nodiscard]] AUTHCORE_EXPORT QList<ProfileError> located(
    QList<ProfileError> problems, const QByteArray &json);

} // namespace authcore
