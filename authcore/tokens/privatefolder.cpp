#include "authcore/tokens/privatefolder.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

namespace authcore {

bool makePrivateFolder(const QString &path)
{
    constexpr auto ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (QFileInfo(path).isDir())
        return true;
    // Another process may make it at the same time.
    return makePrivateFolder(QFileInfo(path).path())
        && (QDir().mkdir(path, ownerOnly) || QFileInfo(path).isDir());
}

} // namespace authcore
