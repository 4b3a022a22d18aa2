#include "authcore/profile/backendprofile.h"

#include "authcore/profile/oauthnames.h"

#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

//! The two values that every dialect with tokens in JSON calls alike.
TokenAnswer camelCaseAnswer()
{
    TokenAnswer answer;
    answer.accessToken = u"/accessToken"_s;
    answer.refreshToken = u"/refreshToken"_s;
    return answer;
}

QJsonObject nameAndPassword(const QString &nameField)
{
    return {{nameField, u"${userName}"_s}, {u"password"_s, u"${password}"_s}};
}

QJsonObject refreshTokenOnly()
{
    return {{u"refreshToken"_s, u"${refreshToken}"_s}};
}

// Flask-JWT-Extended answers 422 to a token that is no JWT or has a wrong signature, refresh tokens
// included, and 401 to one that has expired.
void takeUnprocessableTokens(BackendProfile &profile)
{
    profile.challengeStatuses.append(422);
    profile.refreshRejectedStatuses.append(422);
}

// A cookie session with an HttpOnly refresh token, renewed by a form.
void makeCookieForm(BackendProfile &profile)
{
    profile.name = u"Cookies and a form"_s;
    profile.signIn = {QUrl(u"api/v1/login"_s), BodyFormat::Json, nameAndPassword(u"username"_s)};
    profile.refresh = {
        QUrl(u"api/v1/token"_s), BodyFormat::Multipart, {{u"grant_type"_s, u"refresh_token"_s}}};
    profile.answer.accessTokenCookie = u"access_token"_s;
    profile.answer.refreshTokenCookie = u"refresh_token"_s;
    profile.answer.userData = {{u"username"_s, u"/username"_s}};
    profile.tokenHeader.clear();
    profile.resources = {{u"Protected resources"_s, u"api/v1/resources"_s}};
}

void makeJsonBearer(BackendProfile &profile)
{
    profile.name = u"JSON and Bearer"_s;
    profile.signIn = {QUrl(u"api/auth/login"_s), BodyFormat::Json, nameAndPassword(u"username"_s)};
    profile.refresh = {QUrl(u"api/auth/refresh"_s), BodyFormat::Json, refreshTokenOnly()};
    profile.answer = camelCaseAnswer();
    profile.answer.expiresIn = u"/expiresIn"_s;
    takeUnprocessableTokens(profile);
    profile.resources = {{u"Protected resources"_s, u"api/notes"_s}};
}

void makeXAccessToken(BackendProfile &profile)
{
    profile.name = u"x-access-token and roles"_s;
    profile.signIn = {QUrl(u"api/auth/signin"_s), BodyFormat::Json, nameAndPassword(u"username"_s)};
    profile.refresh = {QUrl(u"api/auth/refreshtoken"_s), BodyFormat::Json, refreshTokenOnly()};
    profile.answer = camelCaseAnswer();
    profile.answer.accountId = u"/id"_s;
    profile.answer.userData = {{u"id"_s, u"/id"_s}, {u"username"_s, u"/username"_s},
        {u"email"_s, u"/email"_s}, {u"roles"_s, u"/roles"_s}};
    profile.tokenHeader = "x-access-token";
    profile.tokenPrefix.clear();
    profile.publicPaths = {u"/api/test/all"_s};
    const QStringList everybody {u"ROLE_USER"_s, u"ROLE_MODERATOR"_s, u"ROLE_ADMIN"_s};
    profile.resources = {
        {u"User content"_s, u"api/test/user"_s, everybody},
        {u"Public content"_s, u"api/test/all"_s},
        {u"Moderator content"_s, u"api/test/mod"_s, {u"ROLE_MODERATOR"_s}},
        {u"Admin content"_s, u"api/test/admin"_s, {u"ROLE_ADMIN"_s}},
    };
}

void makeCookieCsrf(BackendProfile &profile)
{
    profile.name = u"Cookies and CSRF values"_s;
    profile.signIn = {QUrl(u"token/auth"_s), BodyFormat::Json, nameAndPassword(u"username"_s)};
    profile.refresh = {QUrl(u"token/refresh"_s), BodyFormat::Json, {},
        {{u"X-CSRF-TOKEN"_s, u"${cookie:csrf_refresh_token}"_s}}};
    profile.answer.accessTokenCookie = u"access_token_cookie"_s;
    profile.answer.refreshTokenCookie = u"refresh_token_cookie"_s;
    profile.tokenHeader.clear();
    profile.csrf = {{u"csrf_access_token"_s, "X-CSRF-TOKEN"}};
    takeUnprocessableTokens(profile);
    profile.resources = {{u"Protected resources"_s, u"protected"_s}};
}

void makeCustomJwt(BackendProfile &profile)
{
    profile.name = u"Custom JWT"_s;
    profile.signIn = {
        QUrl(u"authorization/token"_s), BodyFormat::Json, nameAndPassword(u"userName"_s)};
    profile.refresh = {QUrl(u"authorization/refresh"_s), BodyFormat::Json, refreshTokenOnly()};
    profile.answer.accessToken = u"/authorizationToken"_s;
    profile.answer.refreshToken = u"/refreshToken"_s;
    profile.answer.expiresIn = u"/expires_in"_s; // not in the dialect, but taken where it is sent
    profile.answer.accountId = u"/userId"_s;
    profile.replayChallengeEndsSession = true;
    profile.resources = {{u"Protected resources"_s, u"api/resources"_s}};
}

// RFC 6749; the endpoints are those of the demo backend, or found out from the issuer.
void makeOAuth2(BackendProfile &profile)
{
    profile.name = u"OAuth 2.0 and OpenID Connect"_s;
    profile.signInMethods = {SignInMethod::Browser, SignInMethod::Device};
    profile.refresh = {QUrl(u"oauth2/token"_s), BodyFormat::Form, oauthRefreshBody()};
    profile.revocation = {QUrl(u"oauth2/revoke"_s), BodyFormat::Form, oauthRevocationBody()};
    placeOAuthAnswer(profile.answer);
    profile.authorization = {QUrl(u"oauth2/authorize"_s), {{u"prompt"_s, u"consent"_s}}};
    profile.deviceAuthorizationUrl = QUrl(u"oauth2/device_authorization"_s);
    profile.issuer = profile.baseUrl.toString(QUrl::FullyEncoded);
    profile.authorization.issuerInAnswers = true;
    profile.clientId = u"tokenflight"_s;
    profile.scope = u"openid profile offline_access resources"_s;
    profile.resources = {{u"Protected resources"_s, u"api/me"_s}};
}

struct Preset
{
    QLatin1StringView name;
    void (*make)(BackendProfile &profile) = nullptr;
};

constexpr std::array presets {
    Preset {"cookie-form"_L1, makeCookieForm},
    Preset {"json-bearer"_L1, makeJsonBearer},
    Preset {"x-access-token"_L1, makeXAccessToken},
    Preset {"cookie-csrf"_L1, makeCookieCsrf},
    Preset {"custom-jwt"_L1, makeCustomJwt},
    Preset {"oauth2"_L1, makeOAuth2},
};

} // namespace

QStringList BackendProfile::presetNames()
{
    QStringList names;
    for (const Preset &preset : presets)
        names.append(preset.name);
    return names;
}

std::optional<BackendProfile> BackendProfile::preset(const QString &name, const QUrl &baseUrl)
{
    for (const Preset &preset : presets) {
        if (preset.name != name)
            continue;
        BackendProfile profile;
        profile.id = name;
        profile.baseUrl = baseUrl;
        if (const auto origin = originOf(baseUrl); !origin.isEmpty())
            profile.protectedOrigins = {origin};
        preset.make(profile);
        return profile;
    }
    return std::nullopt;
}

} // namespace authcore
