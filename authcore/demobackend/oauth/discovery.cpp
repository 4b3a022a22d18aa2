#include "authcore/demobackend/oauth/discovery.h"

#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/oauth/oauthscopes.h"

#include <QtCore/QJsonArray>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

QJsonArray list(const QStringList &values)
{
    return QJsonArray::fromStringList(values);
}

} // namespace

QJsonObject discoveryDocument(const QString &issuer, const Knobs &knobs)
{
    QStringList grantTypes {u"authorization_code"_s, u"refresh_token"_s,
        u"urn:ietf:params:oauth:grant-type:device_code"_s};
    if (knobs.allowPasswordGrant)
        grantTypes.append(u"password"_s);
    const QStringList clientAuthentication {
        u"none"_s, u"client_secret_basic"_s, u"client_secret_post"_s};
    return {
        {u"issuer"_s, issuer},
        {u"authorization_endpoint"_s, QString(issuer + u"/oauth2/authorize")},
        {u"token_endpoint"_s, QString(issuer + u"/oauth2/token")},
        {u"device_authorization_endpoint"_s, QString(issuer + u"/oauth2/device_authorization")},
        {u"revocation_endpoint"_s, QString(issuer + u"/oauth2/revoke")},
        {u"userinfo_endpoint"_s, QString(issuer + u"/oauth2/userinfo")},
        {u"jwks_uri"_s, QString(issuer + u"/oauth2/jwks")},
        {u"scopes_supported"_s, list(oauthScopeNames())},
        {u"response_types_supported"_s, list({u"code"_s})},
        {u"response_modes_supported"_s, list({u"query"_s})},
        {u"grant_types_supported"_s, list(grantTypes)},
        {u"code_challenge_methods_supported"_s, list({u"S256"_s})},
        {u"authorization_response_iss_parameter_supported"_s, true}, // RFC 9207 section 3
        {u"token_endpoint_auth_methods_supported"_s, list(clientAuthentication)},
        {u"revocation_endpoint_auth_methods_supported"_s, list(clientAuthentication)},
        {u"subject_types_supported"_s, list({u"public"_s})},
        {u"id_token_signing_alg_values_supported"_s, list({u"RS256"_s})},
        {u"prompt_values_supported"_s, list({u"none"_s, u"login"_s, u"consent"_s})},
        {u"claims_supported"_s,
            list({u"sub"_s, u"iss"_s, u"aud"_s, u"exp"_s, u"iat"_s, u"auth_time"_s, u"nonce"_s,
                u"at_hash"_s, u"name"_s, u"preferred_username"_s, u"email"_s,
                u"email_verified"_s})},
        {u"claims_parameter_supported"_s, false},
        {u"request_parameter_supported"_s, false},
        {u"request_uri_parameter_supported"_s, false},
    };
}

} // namespace demobackend
