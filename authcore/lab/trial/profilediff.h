#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/jsonpatch.h"

#include <QtCore/QJsonObject>

namespace authcore::lab {

//! The changes between two profiles as a patch of the document that the first was read from. The
//! document is changed likewise.
[[nodiscard]] JsonPatch patchBetween(
    const BackendProfile &before, const BackendProfile &after, QJsonObject &document);

} // namespace authcore::lab
