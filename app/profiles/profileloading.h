#pragma once

#include "app/profiles/boundedfile.h"

#include "authcore/profile/backendprofile.h"
#include "authcore/profile/profileplaces.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <optional>
#include <variant>

//! How the programs come to a profile: by the name of a preset, or from a file.
namespace app {

//! A profile that can be used, or lines for people: "FILE:3:5: /pointer: what; remedy".
using LoadedProfile = std::variant<authcore::BackendProfile, QStringList>;

//! What is said beside a profile and goes before what it says itself. Empty: nothing.
struct ProfileChanges
{
    std::optional<QUrl> baseUrl = {}; //!< see movedTo()
    QString issuer = {}; //!< endpoints are found out from it, whatever the profile says
    QString clientId = {};
    QString scope = {};
    //! How a client secret is shown, where the profile knows of none.
    std::optional<authcore::ClientAuthentication> clientAuthentication = {};
    //! Where the file may come from: a window reads no pipes.
    FileBounds::Kinds files = FileBounds::Kinds::OrdinaryFiles;
};

//! The preset or the JSON file of that name, changed. A preset without a base URL is at
//! https://api.example.com.
[[nodiscard]] LoadedProfile loadProfile(
    const QString &nameOrFile, const ProfileChanges &changes = {});

//! The same, of a file's content; `fileName` is for people.
[[nodiscard]] LoadedProfile readProfile(
    const QByteArray &json, const QString &fileName, const ProfileChanges &changes = {});

//! "https://a.org:443 gets the password and the refresh token".
[[nodiscard]] QString placeLine(const QString &origin, authcore::Secrets secrets);

//! `profile` at another place: what it says of the origin of its baseUrl it says of the new one.
[[nodiscard]] authcore::BackendProfile movedTo(
    authcore::BackendProfile profile, const QUrl &baseUrl);

} // namespace app
