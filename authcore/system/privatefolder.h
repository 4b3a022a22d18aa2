#pragma once

#include <QtCore/QString>

namespace authcore {

//! Creates a missing folder and its parents, for the owner only. False: it cannot be created.
[[nodiscard]] bool makePrivateFolder(const QString &path);

} // namespace authcore
