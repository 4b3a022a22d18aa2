#include "authcore/system/privatefolder.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <sys/stat.h>

namespace authcore {

bool makePrivateFolder(const QString &path)
{
    if (QFileInfo(path).isDir())
        return true;
    // Another process may make it at the same time.
    return makePrivateFolder(QFileInfo(path).path())
        && (::mkdir(QFile::encodeName(path).constData(), S_IRWXU) == 0 || QFileInfo(path).isDir());
}

} // namespace authcore
