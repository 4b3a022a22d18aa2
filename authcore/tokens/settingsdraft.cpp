#include "authcore/tokens/settingsdraft.h"

#include "authcore/tokens/privatefile.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <atomic>
#include <fcntl.h>

using namespace Qt::StringLiterals;

namespace authcore::settingsdraft {

namespace {

QString prefixOf(const QString &filePath)
{
    return filePath % u".draft-"_s;
}

} // namespace

QString unusedName(const QString &filePath)
{
    static std::atomic<quint64> last = 0;
    return prefixOf(filePath) % QString::number(QCoreApplication::applicationPid()) % u'-'
        % QString::number(++last);
}

void removeAll(const QString &filePath)
{
    const QString prefix = QFileInfo(prefixOf(filePath)).fileName();
    const QDir folder = QFileInfo(filePath).dir();
    // Not by a name filter: a file name may hold characters that mean something there.
    for (const auto &name : folder.entryList(QDir::Files | QDir::Hidden | QDir::System)) {
        if (name.startsWith(prefix))
            QFile::remove(folder.filePath(name));
    }
}

std::optional<QString> rehearse(const QString &filePath, qint64 size)
{
    const QString name = unusedName(filePath);
    QFile file;
    if (auto problem = openPrivateFile(file, name, Opening::MakeNew))
        return problem;
    const int error = ::posix_fallocate(file.handle(), 0, size);
    QFile::remove(name);
    return error == 0 ? std::nullopt : std::optional(qt_error_string(error));
}

} // namespace authcore::settingsdraft
