#include "app/profiles/profileloading.h"

#include "app/printable.h"
#include "app/profiles/profiletemplates.h"

#include "authcore/profile/issuer.h"
#include "authcore/profile/profilejson.h"
#include "authcore/signin/discovery.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>

#include <utility>

using namespace Qt::StringLiterals;
using authcore::BackendProfile;
using authcore::ClientAuthentication;
using authcore::ProfileError;

namespace app {

namespace {

//! Lines in the form of compiler errors: "FILE:3:5: /pointer: what; remedy".
QStringList linesFor(const QString &fileName, const QList<ProfileError> &errors)
{
    QStringList lines;
    for (ProfileError error : errors) {
        auto place = fileName;
        if (const auto at = std::exchange(error.at, std::nullopt))
            place += u":%1:%2"_s.arg(at->line).arg(at->column);
        lines.append(printable(place % u": "_s % error.toString()));
    }
    return lines;
}

void moveUrl(QUrl &url, const QUrl &from, const QUrl &to)
{
    const auto origin = authcore::originOf(from);
    if (origin.isEmpty() || authcore::originOf(url) != origin)
        return;
    url.setScheme(to.scheme());
    url.setHost(to.host());
    url.setPort(to.port());
}

//! The profile with the absolute names of its files, which are relative to `folder`.
BackendProfile withFilesOf(BackendProfile profile, const QDir &folder)
{
    auto &certificate = profile.clientCertificate;
    for (auto *const name : {&profile.caFile, &certificate.file, &certificate.keyFile}) {
        if (!name->isEmpty())
            *name = QDir::cleanPath(folder.absoluteFilePath(*name));
    }
    return profile;
}

BackendProfile changed(BackendProfile profile, const ProfileChanges &changes)
{
    if (changes.baseUrl)
        profile = movedTo(std::move(profile), *changes.baseUrl);
    if (!changes.issuer.isEmpty()) {
        profile.issuer = authcore::issuerOf(changes.issuer);
        profile = authcore::Discovery::withoutEndpoints(std::move(profile));
    }
    if (!changes.clientId.isEmpty())
        profile.clientId = changes.clientId;
    if (!changes.scope.isEmpty())
        profile.scope = changes.scope;
    if (!changes.caFile.isEmpty())
        profile.caFile = changes.caFile;
    if (!changes.clientCertificate.file.isEmpty())
        profile.clientCertificate = changes.clientCertificate;
    if (!changes.proxy.isEmpty())
        profile.proxy = changes.proxy;
    profile = withFilesOf(std::move(profile), QDir::current());
    if (profile.clientAuthentication == ClientAuthentication::None)
        profile.clientAuthentication =
            changes.clientAuthentication.value_or(ClientAuthentication::None);
    return profile;
}

LoadedProfile fromPreset(const QString &name, const ProfileChanges &changes)
{
    const auto baseUrl = changes.baseUrl.value_or(QUrl(u"https://api.example.com"_s));
    const auto profile =
        changed(BackendProfile::preset(name, baseUrl).value_or(BackendProfile()), changes);
    const auto problems = profile.problems();
    if (problems.isEmpty())
        return profile;
    return linesFor(name, problems);
}

} // namespace

QUrl ProfileSource::baseUrl() const
{
    const auto read = BackendProfile::fromJson(json.value_or(QByteArray()));
    const auto *const profile = std::get_if<BackendProfile>(&read);
    return profile != nullptr ? profile->baseUrl : QUrl();
}

std::variant<ProfileSource, QStringList> openProfile(
    const QString &nameOrFile, FileBounds::Kinds files)
{
    if (BackendProfile::presetNames().contains(nameOrFile))
        return ProfileSource {nameOrFile};
    if (const auto known = profileTemplate(nameOrFile))
        return ProfileSource {nameOrFile, known->json};
    if (!QFileInfo::exists(nameOrFile))
        return QStringList {
            u"\"%1\" is neither a file nor a preset (%2) nor a template (%3)."_s.arg(nameOrFile,
                BackendProfile::presetNames().join(u", "_s), templateNames().join(u", "_s))};
    auto content = readFile(nameOrFile, {.kinds = files});
    if (const auto *const problem = std::get_if<FileProblem>(&content))
        return QStringList {problem->text};
    return ProfileSource {nameOrFile, std::get<QByteArray>(std::move(content))};
}

LoadedProfile loadProfile(const ProfileSource &source, const ProfileChanges &changes)
{
    if (!source.json)
        return fromPreset(source.name, changes);
    const auto read = BackendProfile::fromJson(*source.json, changes.baseUrl.value_or(QUrl()));
    if (const auto *const errors = std::get_if<QList<ProfileError>>(&read))
        return linesFor(source.name, *errors);
    const auto profile =
        changed(withFilesOf(std::get<BackendProfile>(read), QFileInfo(source.name).dir()), changes);
    const auto problems = profile.problems();
    if (problems.isEmpty())
        return profile;
    return linesFor(source.name, authcore::located(problems, *source.json));
}

LoadedProfile loadProfile(const QString &nameOrFile, const ProfileChanges &changes)
{
    const auto source = openProfile(nameOrFile, changes.files);
    if (const auto *const problems = std::get_if<QStringList>(&source))
        return *problems;
    return loadProfile(std::get<ProfileSource>(source), changes);
}

QString placeLine(const QString &origin, authcore::Secrets secrets)
{
    return u"%1 gets %2"_s.arg(origin, authcore::namesOf(secrets).join(u", "_s));
}

QStringList networkLines(const BackendProfile &profile)
{
    QStringList lines;
    if (!profile.caFile.isEmpty())
        lines.append(u"trusts the authorities in %1 besides the system's"_s.arg(profile.caFile));
    if (!profile.clientCertificate.file.isEmpty())
        lines.append(u"shows the certificate in %1 to servers that ask for one"_s.arg(
            profile.clientCertificate.file));
    if (profile.proxy == "direct"_L1)
        lines.append(u"goes through no proxy"_s);
    else if (!profile.proxy.isEmpty())
        lines.append(u"goes through the proxy %1"_s.arg(profile.proxy));
    for (auto &line : lines)
        line = printable(line);
    return lines;
}

BackendProfile movedTo(BackendProfile profile, const QUrl &baseUrl)
{
    const auto from = profile.baseUrl;
    for (auto &origin : profile.protectedOrigins)
        if (authcore::isSameOrigin(QUrl(origin), from))
            origin = authcore::originOf(baseUrl);
    for (auto *const url : {&profile.signIn.url, &profile.refresh.url, &profile.revocation.url,
             &profile.authorization.url, &profile.deviceAuthorizationUrl})
        moveUrl(*url, from, baseUrl);
    for (auto &resource : profile.resources) {
        QUrl url(resource.path);
        moveUrl(url, from, baseUrl);
        if (url != QUrl(resource.path))
            resource.path = url.toString(QUrl::FullyEncoded);
    }
    QUrl issuer(profile.issuer);
    moveUrl(issuer, from, baseUrl);
    if (issuer != QUrl(profile.issuer))
        profile.issuer = issuer.toString(QUrl::FullyEncoded);
    profile.baseUrl = baseUrl;
    if (baseUrl.path().isEmpty())
        profile.baseUrl.setPath(from.path(QUrl::FullyEncoded), QUrl::StrictMode);
    return profile;
}

} // namespace app
