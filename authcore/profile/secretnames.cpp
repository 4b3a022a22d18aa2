#include "authcore/profile/secretnames.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

enum class Secret { Client, Password, Token };

struct SecretName
{
    QLatin1StringView name; //!< letters only, lower case
    Secret secret = Secret::Token;
};

constexpr std::array secretNames {
    SecretName {"secret"_L1, Secret::Client},
    SecretName {"clientsecret"_L1, Secret::Client},
    SecretName {"clientassertion"_L1, Secret::Client},
    SecretName {"privatekey"_L1, Secret::Client},
    SecretName {"secretkey"_L1, Secret::Client},
    SecretName {"password"_L1, Secret::Password},
    SecretName {"passwd"_L1, Secret::Password},
    SecretName {"passphrase"_L1, Secret::Password},
    SecretName {"pwd"_L1, Secret::Password},
    SecretName {"token"_L1, Secret::Token},
    SecretName {"accesstoken"_L1, Secret::Token},
    SecretName {"refreshtoken"_L1, Secret::Token},
    SecretName {"idtoken"_L1, Secret::Token},
    SecretName {"authorization"_L1, Secret::Token},
    SecretName {"proxyauthorization"_L1, Secret::Token},
    SecretName {"cookie"_L1, Secret::Token},
    SecretName {"xaccesstoken"_L1, Secret::Token},
    SecretName {"xauthtoken"_L1, Secret::Token},
};

QString lettersOf(const QString &name)
{
    QString letters;
    for (const auto c : name) {
        if (c.isLetter())
            letters.append(c.toLower());
    }
    return letters;
}

QString remedyFor(Secret secret)
{
    switch (secret) {
    case Secret::Client:
        return u"is a secret, which no profile may hold; take it out and give it as "
               "TOKENFLIGHT_CLIENT_SECRET or by --client-secret-file"_s;
    case Secret::Password:
        return u"is a password, which no profile may hold; take it out, type it at sign-in, or "
               "give it as TOKENFLIGHT_PASSWORD or by --password-file"_s;
    case Secret::Token:
        return u"is a token, which no profile may hold; take it out and sign in, or write where it "
               "goes as ${accessToken} or ${refreshToken}"_s;
    }
    return {};
}

} // namespace

std::optional<QString> secretUnder(const QString &name, NameIs how)
{
    const auto letters = lettersOf(name);
    const auto *const found =
        std::find_if(secretNames.begin(), secretNames.end(), [&](const SecretName &secret) {
            return letters == secret.name
                || (how == NameIs::Roughly && letters.endsWith(secret.name));
        });
    if (found == secretNames.end())
        return {};
    return remedyFor(found->secret);
}

} // namespace authcore
