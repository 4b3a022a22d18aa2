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

//! How the programs load a profile: by the name of a preset or a template, or from a
//! file.
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

//! A preset, or the content of a file or a template that has not been checked yet.
struct ProfileSource
{
    QString name; //!< of the preset, the template or the file
    std::optional<QByteArray> json = {}; //!< of a file or a template

    //! The base URL in the file. Empty: the file names none or cannot be read, or it is a preset.
    [[nodiscard]] QUrl baseUrl() const;
};

//! The preset, the template or the JSON file of that name, in this order, or lines for people.
[[nodiscard]] std::variant<ProfileSource, QStringList> openProfile(
    const QString &nameOrFile, FileBounds::Kinds files = FileBounds::Kinds::OrdinaryFiles);

//! Makes a profile of `source` and applies the changes. A preset without a base URL is at
//! https://api.example.com. The files that a file names are relative to its folder.
[[nodiscard]] LoadedProfile loadProfile(
    const ProfileSource &source, const ProfileChanges &changes = {});
[[nodiscard]] LoadedProfile loadProfile(
    const QString &nameOrFile, const ProfileChanges &changes = {}); //!< does both

//! "https://a.org:443 gets the password and the refresh token".
[[nodiscard]] QString placeLine(const QString &origin, authcore::Secrets secrets);

//! Whom connections of `profile` trust besides the system's authorities, which certificate they show,
//! and through which proxy they go, where it says so: one line each.
[[nodiscard]] QStringList networkLines(const authcore::BackendProfile &profile);

//! Moves `profile` to another base URL: whatever names the origin of the old base names the new one
//! afterwards. A URL without a path replaces scheme, host and port, and the old path stays.
[[nodiscard]] authcore::BackendProfile movedTo(
    authcore::BackendProfile profile, const QUrl &baseUrl);

} // namespace app
