#include "authcore/tokens/settingsdraft.h"

#include "authcore/system/privatefile.h"
#include "authcore/tokens/settingsturn.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDataStream>
#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QSettings>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace authcore::settingsdraft {

namespace {

using Problem = std::optional<QString>;

//! The path of the file itself if `filePath` is a symbolic link.
QString targetOf(const QString &filePath)
{
    const QFileInfo file(filePath);
    if (!file.isSymLink())
        return filePath;
    return file.exists() ? file.canonicalFilePath() : file.symLinkTarget();
}

QString prefixOf(const QString &filePath)
{
    return filePath % u".draft-"_s;
}

void removeFiles(const QString &folderPath, const std::function<bool(const QString &)> &isMeant)
{
    // Name filters would not do: file names may contain wildcard characters.
    const QDir folder(folderPath);
    for (const auto &name : folder.entryList(QDir::Files | QDir::Hidden | QDir::System)) {
        if (isMeant(name))
            QFile::remove(folder.filePath(name));
    }
}

Problem copy(const QString &from, const QString &to)
{
    QFile draft;
    if (auto problem = openPrivateFile(draft, to, Opening::MakeNew))
        return problem;
    if (!QFileInfo::exists(from))
        return std::nullopt;
    QFile file;
    if (auto problem = openPrivateFile(file, from, Opening::Read))
        return problem;
    const QByteArray content = file.readAll();
    if (file.error() != QFile::NoError)
        return file.errorString();
    if (draft.write(content) != content.size())
        return draft.errorString();
    return std::nullopt;
}

//! All keys and values, in their order and with their types.
QByteArray contentOf(const QSettings &settings)
{
    QByteArray content;
    QDataStream stream(&content, QDataStream::WriteOnly);
    QStringList keys = settings.allKeys();
    keys.sort();
    for (const auto &key : keys)
        stream << key << settings.value(key);
    return content;
}

//! Returns the content that the file should have afterwards.
QByteArray write(const QString &draft, const std::function<void(QSettings &)> &change)
{
    QSettings settings(draft, QSettings::IniFormat);
    change(settings);
    settings.sync(); // its status does not tell whether this worked: see verify()
    return contentOf(settings);
}

Problem move(const QString &from, const QString &to)
{
    const bool isMoved =
        std::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) == 0;
    return isMoved ? Problem() : Problem(qt_error_string(errno));
}

Problem verify(const QString &written, const QByteArray &meant)
{
    const QSettings settings(written, QSettings::IniFormat);
    if (settings.status() == QSettings::NoError && contentOf(settings) == meant)
        return std::nullopt;
    return u"no access, or no space"_s;
}

//! Copies the draft to a file that is synced to disk: QSettings does not tell whether its own file
//! is. The time has to differ from `before`, since QSettings does not read a file again that has
//! the size and time of the version in its cache.
Problem settle(const QString &draft, const QString &whole, const QDateTime &before)
{
    QFile from;
    QFile to;
    if (auto problem = openPrivateFile(from, draft, Opening::Read))
        return problem;
    if (auto problem = openPrivateFile(to, whole, Opening::MakeNew))
        return problem;
    const QByteArray content = from.readAll();
    QFile::remove(draft); // frees its space
    if (to.write(content) != content.size())
        return to.errorString();
    if (before.isValid() && QFileInfo(whole).lastModified() <= before)
        to.setFileTime(before.addMSecs(1), QFile::FileModificationTime);
    return ::fsync(to.handle()) == 0 ? Problem() : Problem(qt_error_string(errno));
}

//! Makes the new name survive a power cut. Not every file system supports it.
void syncFolder(const QString &path)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
    const int folder = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (folder < 0)
        return;
    ::fsync(folder);
    ::close(folder);
}

//! Tells the versions of a file apart.
struct Stamp
{
    QDateTime time;
    qint64 size = 0;

    explicit Stamp(const QString &filePath)
        : time(QFileInfo(filePath).lastModified())
        , size(QFileInfo(filePath).size())
    {
    }
    bool operator==(const Stamp &) const = default;
};

struct Made
{
    Problem problem {};
    bool isOvertaken = false; //!< another program, which takes no turns, wrote to the file
};

Made make(
    const SettingsTurn &turn, const QString &target, const std::function<void(QSettings &)> &change)
{
    const Stamp before(target);
    const QString draft = unusedName(target);
    const QString written = unusedName(target);
    const QString whole = unusedName(target);
    if (auto problem = copy(target, draft))
        return {problem};
    const QByteArray meant = write(draft, change);
    auto problem = move(draft, written);
    if (!problem)
        problem = verify(written, meant);
    if (!problem)
        problem = settle(written, whole, before.time);
    if (!problem)
        problem = turn.waitForOthers();
    if (problem)
        return {problem};
    if (Stamp(target) != before)
        return {.isOvertaken = true};
    problem = move(whole, target);
    if (!problem)
        syncFolder(QFileInfo(target).path());
    return {problem};
}

} // namespace

QString unusedName(const QString &filePath)
{
    static std::atomic<quint64> last = 0;
    return prefixOf(filePath) % QString::number(QCoreApplication::applicationPid()) % u'-'
        % QString::number(++last);
}

void removeLeftovers(const QString &filePath)
{
    const QString target = targetOf(filePath);
    const QString prefix = QFileInfo(prefixOf(target)).fileName();
    removeFiles(QFileInfo(target).path(),
        [&prefix](const QString &name) { return name.startsWith(prefix); });
    const QFileInfo file(filePath);
    const QRegularExpression journalDraft(QRegularExpression::anchoredPattern(
        QRegularExpression::escape(file.fileName()) % u"\\.[0-9a-f]{16}\\.new~"_s));
    removeFiles(file.path(),
        [&journalDraft](const QString &name) { return journalDraft.match(name).hasMatch(); });
}

std::optional<QString> rehearse(const QString &filePath, qint64 size)
{
    const QString name = unusedName(targetOf(filePath));
    QFile file;
    if (auto problem = openPrivateFile(file, name, Opening::MakeNew))
        return problem;
    const int error = ::posix_fallocate(file.handle(), 0, size);
    QFile::remove(name);
    return error == 0 ? std::nullopt : std::optional(qt_error_string(error));
}

std::optional<QString> replace(
    const SettingsTurn &turn, const std::function<void(QSettings &)> &change)
{
    constexpr int mostTries = 3;
    const QString target = targetOf(turn.filePath());
    removeLeftovers(turn.filePath()); // frees their space
    for (int i = 0; i < mostTries; ++i) {
        const Made made = make(turn, target, change);
        if (!made.problem && !made.isOvertaken)
            return std::nullopt;
        removeLeftovers(turn.filePath());
        if (made.problem)
            return made.problem;
    }
    return u"another program keeps writing to it"_s;
}

} // namespace authcore::settingsdraft
