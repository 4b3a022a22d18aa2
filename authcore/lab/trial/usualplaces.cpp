#include "authcore/lab/trial/usualplaces.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore::lab {

namespace {

QStringList usualSignIns()
{
    return {u"api/auth/login"_s, u"auth/login"_s, u"api/login"_s, u"login"_s, u"api/token/"_s,
        u"api/token"_s, u"token"_s, u"auth/token"_s, u"api/v1/auth/login"_s, u"api/v1/login"_s,
        u"v1/auth/login"_s, u"auth/signin"_s, u"signin"_s, u"api/auth/token"_s, u"api/signin"_s,
        u"api/auth/jwt/create/"_s, u"auth/jwt/create/"_s, u"api/users/login"_s, u"users/login"_s,
        u"api/user/login"_s, u"api/authenticate"_s, u"authenticate"_s, u"api/sessions"_s,
        u"sessions"_s, u"oauth/token"_s, u"oauth2/token"_s, u"o/token/"_s, u"auth/login/"_s,
        u"api/auth/login/"_s, u"dj-rest-auth/login/"_s, u"api-token-auth/"_s};
}

QStringList usualRefreshes(const BackendProfile &profile)
{
    const auto signIn = profile.signIn.url.path(QUrl::FullyEncoded);
    const bool hasSlash = signIn.endsWith(u'/');
    const auto whole = hasSlash ? signIn : QString(signIn % u'/');
    const auto folder = signIn.left(signIn.lastIndexOf(u'/', hasSlash ? -2 : -1) + 1);
    QStringList places;
    for (const auto &name :
        {u"refresh"_s, u"token/refresh"_s, u"refresh-token"_s, u"refresh_token"_s,
            u"refreshToken"_s, u"refreshtoken"_s, u"refresh-tokens"_s, u"renew"_s, u"token"_s}) {
        for (const auto &where : {folder, whole}) {
            places.append(where % name);
            places.append(where % name % u'/');
        }
    }
    places += {u"api/auth/refresh"_s, u"auth/refresh"_s, u"api/token/refresh/"_s,
        u"api/token/refresh"_s, u"api/refresh"_s, u"refresh"_s, u"token/refresh"_s,
        u"api/v1/auth/refresh"_s, u"oauth/token"_s, u"oauth2/token"_s, u"o/token/"_s, u"token"_s};
    return places;
}

//! The folders that the sign-in is in, and those that are usual: "", "v1/", "v1/auth/", "api/".
QStringList foldersAround(const QString &signIn)
{
    QStringList folders {QString()};
    for (auto slash = signIn.indexOf(u'/'); slash >= 0; slash = signIn.indexOf(u'/', slash + 1))
        folders.append(signIn.left(slash + 1));
    folders += {u"api/"_s, u"api/v1/"_s};
    folders.removeDuplicates();
    return folders;
}

QStringList usualResources(const BackendProfile &profile)
{
    const auto folders = foldersAround(profile.signIn.url.path(QUrl::FullyEncoded));
    QStringList places;
    for (const auto &name : {u"me"_s, u"users/me"_s, u"user"_s, u"profile"_s, u"userinfo"_s,
             u"protected"_s, u"whoami"_s, u"account"_s, u"notes"_s, u"items"_s, u"users"_s,
             u"private"_s, u"resources"_s}) {
        for (const QString &folder : folders)
            places.append(folder % name);
    }
    return places;
}

//! The addresses of the presets, which backends have imitated.
void appendOfPresets(TrialStepKind step, QStringList &places)
{
    const auto names = BackendProfile::presetNames();
    for (const QString &name : names) {
        const auto preset = BackendProfile::preset(name, {});
        if (step == TrialStepKind::SignIn)
            places.append(preset->signIn.url.toString(QUrl::FullyEncoded));
        else if (step == TrialStepKind::Refresh)
            places.append(preset->refresh.url.toString(QUrl::FullyEncoded));
        else if (!preset->resources.isEmpty())
            places.append(preset->resources.constFirst().path);
    }
}

} // namespace

QUrl firstResource(const BackendProfile &profile)
{
    return profile.resources.isEmpty() ? QUrl() : QUrl(profile.resources.constFirst().path);
}

QUrl placeOf(TrialStepKind step, const BackendProfile &profile)
{
    switch (step) {
    case TrialStepKind::SignIn:
        return profile.signIn.url;
    case TrialStepKind::Refresh:
        return profile.refresh.url;
    case TrialStepKind::Resource:
    case TrialStepKind::RefusedToken:
    case TrialStepKind::ResourceAgain:
        break;
    }
    return firstResource(profile);
}

QList<QUrl> usualPlaces(TrialStepKind step, const BackendProfile &profile)
{
    const auto now = placeOf(step, profile).toString(QUrl::FullyEncoded);
    QStringList places;
    if (now.endsWith(u'/'))
        places.append(now.chopped(1));
    else if (!now.isEmpty())
        places.append(now % u'/');
    if (step == TrialStepKind::SignIn)
        places += usualSignIns();
    else if (step == TrialStepKind::Refresh)
        places += usualRefreshes(profile);
    else
        places += usualResources(profile);
    appendOfPresets(step, places);
    places.removeDuplicates();
    places.removeAll(now);
    places.removeAll(QString());
    QList<QUrl> urls;
    for (const QString &place : std::as_const(places))
        urls.append(QUrl(place));
    return urls;
}

BackendProfile withPlace(TrialStepKind step, BackendProfile profile, const QUrl &place)
{
    switch (step) {
    case TrialStepKind::SignIn:
        profile.signIn.url = place;
        break;
    case TrialStepKind::Refresh:
        profile.refresh.url = place;
        break;
    case TrialStepKind::Resource:
    case TrialStepKind::RefusedToken:
    case TrialStepKind::ResourceAgain:
        if (profile.resources.isEmpty())
            profile.resources.append({u"Protected resource"_s, {}});
        profile.resources.first().path = place.toString(QUrl::FullyEncoded);
        break;
    }
    return profile;
}

} // namespace authcore::lab
