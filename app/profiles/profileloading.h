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

//! How the programs load a profile: by the name of a preset, or from a file.
namespace app {

//! A usable profile, or lines for people: "FILE:3:5: /pointer: what; remedy".
using LoadedProfile = std::variant<authcore::BackendProfile, QStringList>;

//! Values beside a profile that replace those in the profile. Empty: no replacement.
struct ProfileChanges
{
    std::optional<QUrl> baseUrl = {}; //!< see movedTo()
    //! Discovery asks this issuer for the endpoints, whatever the profile says. The address of the
    //! issuer's metadata is good, too.
    QString issuer = {};
    QString clientId = {};
    QString scope = {};
    //! How the client secret is sent, if the profile does not say how.
    std::optional<authcore::ClientAuthentication> clientAuthentication = {};
    QString caFile = {}; //!< relative to the current folder, as the files of the certificate
    authcore::ClientCertificate clientCertificate = {};
    QString proxy = {};
    //! The kinds of files that are read: a window reads no pipes.
    FileBounds::Kinds files = FileBounds::Kinds::OrdinaryFiles;
};

//! Loads the preset or the JSON file of that name, and applies the changes. A preset without a base
//! URL is at https://api.example.com.
[[nodiscard]] LoadedProfile loadProfile(
    const QString &nameOrFile, const ProfileChanges &changes = {});

//! Does the same with the content of a file; `fileName` is for messages, and the files that the
//! profile names are relative to its folder.
[[nodiscard]] LoadedProfile readProfile(
    const QByteArray &json, const QString &fileName, const ProfileChanges &changes = {});

//! "https://a.org:443 gets the password and the refresh token".
[[nodiscard]] QString placeLine(const QString &origin, authcore::Secrets secrets);

//! Whom connections of `profile` trust besides the system's authorities, which certificate they show,
//! and through which proxy they go, where it says so: one line each.
[[nodiscard]] QStringList networkLines(const authcore::BackendProfile &profile);

//! Moves `profile` to another base URL: whatever names the origin of the old base names the new one
//! afterwards.
[[nodiscard]] authcore::BackendProfile movedTo(
    authcore::BackendProfile profile, const QUrl &baseUrl);

} // namespace app
