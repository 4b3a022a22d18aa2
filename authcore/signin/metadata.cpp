#include "authcore/signin/metadata.h"

#include "authcore/profile/issuer.h"
#include "authcore/profile/oauthnames.h"
#include "authcore/signin/grantedtokens.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

using Code = TokenError::Code;

TokenError problem(Code code, const QString &what)
{
    return {code, what, std::nullopt, std::nullopt};
}

QString authenticationName(ClientAuthentication authentication)
{
    switch (authentication) { // RFC 8414 section 2, RFC 7591 section 2
    case ClientAuthentication::None:
        return u"none"_s;
    case ClientAuthentication::Basic:
        return u"client_secret_basic"_s;
    case ClientAuthentication::Post:
        return u"client_secret_post"_s;
    }
    return {};
}

//! Reads one document into a profile.
class Reading
{
public:
    Reading(const BackendProfile &profile, const QJsonObject &document)
        : m_document(document)
        , m_found {profile, {}}
    {
    }

    [[nodiscard]] std::variant<Discovered, TokenError> result()
    {
        auto &profile = m_found.profile;
        fill(profile.refresh.url, "token_endpoint"_L1);
        fill(profile.authorization.url, "authorization_endpoint"_L1);
        fill(profile.deviceAuthorizationUrl, "device_authorization_endpoint"_L1);
        fill(profile.revocation.url, "revocation_endpoint"_L1);
        if (m_unsafe)
            return problem(Code::Refused,
                u"The metadata names a %1 that no credentials may go to: it is neither https nor "
                "of this machine"_s.arg(*m_unsafe));
        profile = withUsualTemplates(std::move(profile));
        if (m_document.value("authorization_response_iss_parameter_supported"_L1).toBool())
            profile.authorization.issuerInAnswers = true; // RFC 9207 section 3
        lookForWhatIsMissing();
        return m_found;
    }

private:
    void fill(QUrl &url, QLatin1StringView member)
    {
        const QString text = m_document.value(member).toString();
        if (!url.isEmpty() || text.isEmpty())
            return;
        const QUrl endpoint(text, QUrl::StrictMode);
        const bool isDowngraded =
            m_found.profile.issuer.startsWith("https:"_L1) && endpoint.scheme() != "https"_L1;
        if (isDowngraded || !m_found.profile.isTransportAllowed(endpoint)
            || !endpoint.userInfo().isEmpty())
            m_unsafe = member;
        else
            url = endpoint;
    }

    void lookForWhatIsMissing()
    {
        const auto &profile = m_found.profile;
        const bool byBrowser = profile.signInMethods.contains(SignInMethod::Browser);
        const bool byDevice = profile.signInMethods.contains(SignInMethod::Device);
        const auto need = [this](bool isNeeded, const QUrl &url, QLatin1StringView member) {
            if (isNeeded && url.isEmpty())
                m_found.missing.append(u"The server names no %1"_s.arg(member));
        };
        need(true, profile.refresh.url, "token_endpoint"_L1);
        need(byBrowser, profile.authorization.url, "authorization_endpoint"_L1);
        need(byDevice, profile.deviceAuthorizationUrl, "device_authorization_endpoint"_L1);
        if (byBrowser && lacks("response_types_supported"_L1, u"code"_s))
            m_found.missing.append(u"The server does not know the authorization code flow"_s);
        if (byBrowser && lacks("code_challenge_methods_supported"_L1, u"S256"_s))
            m_found.missing.append(u"The server does not know PKCE with S256"_s);
        const auto authentication = authenticationName(profile.clientAuthentication);
        if (lacks("token_endpoint_auth_methods_supported"_L1, authentication))
            m_found.missing.append(
                u"The server does not know the client authentication \"%1\""_s.arg(authentication));
    }

    //! Whether the server has this list, and `value` is not on it.
    [[nodiscard]] bool lacks(QLatin1StringView list, const QString &value) const
    {
        const QJsonValue values = m_document.value(list);
        return values.isArray() && !values.toArray().contains(value);
    }

    const QJsonObject &m_document;
    Discovered m_found;
    std::optional<QLatin1StringView> m_unsafe;
};

} // namespace

BackendProfile withUsualTemplates(BackendProfile profile)
{
    if (profile.refresh.body.isEmpty()) // RFC 6749 section 6
        profile.refresh = {
            profile.refresh.url, BodyFormat::Form, oauthRefreshBody(), profile.refresh.headers};
    if (!profile.revocation.url.isEmpty() && profile.revocation.body.isEmpty()) // RFC 7009
        profile.revocation = {profile.revocation.url, BodyFormat::Form, oauthRevocationBody(),
            profile.revocation.headers};
    if (profile.answer.accessToken.isEmpty() && profile.answer.accessTokenHeader.isEmpty()
        && !profile.answer.usesCookies())
        placeOAuthAnswer(profile.answer);
    return profile;
}

std::variant<Discovered, TokenError> readMetadata(
    const BackendProfile &profile, const QByteArray &body)
{
    const auto document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return problem(Code::BadAnswer, u"The metadata is no JSON object"_s);
    const auto json = document.object();
    const auto issuer = json.value("issuer"_L1).toString();
    if (issuer != profile.issuer) // RFC 8414 section 3.3: identical
        return problem(Code::BadAnswer, issuerMismatch(u"The metadata"_s, issuer, profile.issuer));
    return Reading(profile, json).result();
}

} // namespace authcore
