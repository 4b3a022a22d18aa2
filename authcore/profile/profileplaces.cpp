#include "authcore/profile/profileplaces.h"

#include "authcore/exchange/sessioncookies.h"
#include "authcore/profile/templates.h"
#include "authcore/profile/urlrules.h"

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

struct Placeholder
{
    QLatin1StringView text;
    Secret secret {};
};

//! The placeholders of TokenRequest that stand for a secret.
constexpr std::array secretPlaceholders {
    Placeholder {"${password}"_L1, Secret::Password},
    Placeholder {"${basic}"_L1, Secret::Password},
    Placeholder {"${refreshToken}"_L1, Secret::RefreshToken},
    Placeholder {"${accessToken}"_L1, Secret::AccessToken},
    Placeholder {"${cookie:"_L1, Secret::Cookies},
};

//! The secrets that the templates of `request` contain.
Secrets secretsIn(const TokenRequest &request)
{
    Secrets secrets;
    for (const auto &[placeholder, secret] : secretPlaceholders) {
        if (hasPlaceholder(request, placeholder))
            secrets |= secret;
    }
    return secrets;
}

} // namespace

ProfilePlaces profilePlaces(const BackendProfile &profile)
{
    ProfilePlaces places;
    const auto give = [&places](const QString &origin, Secrets secrets) {
        if (!origin.isEmpty() && secrets)
            places[origin] |= secrets;
    };
    const auto endpoint = [&](const QUrl &url, Secrets secrets) {
        give(originOf(profile.resolved(url)), secrets);
    };
    const auto signsInBy = [&profile](SignInMethod method) {
        return profile.signInMethods.contains(method);
    };
    const Secrets ofClient = profile.clientAuthentication == ClientAuthentication::None
        ? Secrets()
        : Secrets(Secret::ClientSecret);
    const Secrets cookies = keepsCookies(profile) ? Secrets(Secret::Cookies) : Secrets();
    const bool hasCode = signsInBy(SignInMethod::Browser) || signsInBy(SignInMethod::Device);

    if (signsInBy(SignInMethod::Password))
        endpoint(profile.signIn.url, Secret::Password | secretsIn(profile.signIn) | ofClient);
    if (signsInBy(SignInMethod::Browser))
        endpoint(profile.authorization.url, Secret::SignInPage);
    if (signsInBy(SignInMethod::Device))
        endpoint(profile.deviceAuthorizationUrl, Secret::SignInPage | ofClient);
    endpoint(profile.refresh.url,
        (profile.refreshesWithAccessToken() ? Secret::AccessToken : Secret::RefreshToken)
            | secretsIn(profile.refresh) | ofClient | cookies
            | (hasCode ? Secrets(Secret::Code) : Secrets()));
    // Without a refresh token, the access token is sent.
    endpoint(profile.revocation.url,
        Secret::RefreshToken | Secret::AccessToken | secretsIn(profile.revocation) | ofClient
            | cookies);
    for (const QString &origin : profile.protectedOrigins)
        give(canonicalOrigin(origin), Secret::AccessToken | cookies);
    return places;
}

ProfilePlaces foreignPlaces(const BackendProfile &profile)
{
    auto places = profilePlaces(profile);
    places.erase(originOf(profile.baseUrl));
    return places;
}

QStringList namesOf(Secrets secrets)
{
    static constexpr std::array names {
        std::pair(Secret::Password, "the password"_L1),
        std::pair(Secret::SignInPage, "the person, who signs in on a page"_L1),
        std::pair(Secret::Code, "the code of the sign-in"_L1),
        std::pair(Secret::ClientSecret, "the client secret"_L1),
        std::pair(Secret::RefreshToken, "the refresh token"_L1),
        std::pair(Secret::AccessToken, "the access token"_L1),
        std::pair(Secret::Cookies, "the session's cookies"_L1),
    };
    QStringList given;
    for (const auto &[secret, name] : names) {
        if (secrets.testFlag(secret))
            given.append(name);
    }
    return given;
}

} // namespace authcore
