#pragma once

#include <QtCore/QString>

namespace authcore {

//! Makes the folder where it is missing, parents too, for its owner only. False: it cannot be made.
[[nodiscard]] bool makePrivateFolder(const QString &path);

} // namespace authcore
