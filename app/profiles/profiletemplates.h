#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

//! Profiles for frameworks and servers by other authors, which tokenflight-cli contains: the files
//! of resources/profiles. Pure; other programs have none.
namespace app {

struct ProfileTemplate
{
    QString name;
    QString description; //!< one line, from the first comment of the file
    QString tried; //!< "tried against NAME VERSION" or "untested", from the second comment
    QByteArray json; //!< with comments
};

[[nodiscard]] QStringList templateNames(); //!< sorted

//! The template of that name. Empty: there is none.
[[nodiscard]] std::optional<ProfileTemplate> profileTemplate(const QString &name);

} // namespace app
