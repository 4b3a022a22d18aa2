#include "app/profiles/profiletemplates.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

using namespace Qt::StringLiterals;

namespace app {

namespace {

const auto folder = u":/profiles/"_s;

QString commentIn(const QByteArray &line)
{
    return line.startsWith("// ") ? QString::fromUtf8(line.mid(3)) : QString();
}

} // namespace

QStringList templateNames()
{
    QStringList names;
    const auto files = QDir(folder).entryInfoList({u"*.json"_s}, QDir::Files);
    for (const auto &file : files)
        names.append(file.completeBaseName());
    names.sort();
    return names;
}

std::optional<ProfileTemplate> profileTemplate(const QString &name)
{
    if (!templateNames().contains(name))
        return std::nullopt;
    QFile file(folder + name + u".json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto json = file.readAll();
    const auto lines = json.split('\n');
    auto tried = commentIn(lines.value(1));
    if (!tried.isEmpty())
        tried[0] = tried[0].toLower();
    return ProfileTemplate {name, commentIn(lines.value(0)), tried, json};
}

} // namespace app
