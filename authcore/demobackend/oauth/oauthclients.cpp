#include "authcore/demobackend/oauth/oauthclients.h"

#include <QtCore/QUrl>

using namespace Qt::Literals::StringLiterals;

namespace demobackend {

namespace {

struct Credentials
{
    QByteArray id;
    QByteArray secret;
};

//! Empty: it is no valid Basic header.
std::optional<Credentials> basicCredentials(const QByteArray &authorization)
{
    constexpr QByteArrayView scheme("basic ");
    if (authorization.first(qMin(scheme.size(), authorization.size())).toLower() != scheme)
        return {};
    const auto decoded = QByteArray::fromBase64Encoding(
        authorization.sliced(scheme.size()).trimmed(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return {};
    const auto colon = (*decoded).indexOf(':');
    if (colon < 0)
        return {};
    // RFC 6749 section 2.3.1: id and secret are each form-encoded before they are joined.
    return Credentials {
        formDecoded((*decoded).first(colon)), formDecoded((*decoded).sliced(colon + 1))};
}

OAuthError invalidClient(const QString &description)
{
    return {u"invalid_client"_s, description};
}

} // namespace

std::vector<OAuthClient> oauthClients()
{
    return {
        {u"tokenflight"_s, u"Tokenflight"_s, {}},
        {u"tokenflight-confidential"_s, u"Tokenflight with a secret"_s, "demo-secret"},
    };
}

std::optional<OAuthClient> findOAuthClient(const QString &id)
{
    for (auto &client : oauthClients())
        if (client.id == id)
            return std::move(client);
    return {};
}

std::variant<OAuthClient, OAuthError> authenticateClient(const Request &request, const Form &form)
{
    Credentials shown {form.bytes("client_id"), form.bytes("client_secret")};
    if (const auto authorization = request.header("authorization"); !authorization.isEmpty()) {
        const auto basic = basicCredentials(authorization);
        if (!basic)
            return invalidClient(u"The Authorization header is not Basic with id and secret."_s);
        // RFC 6749 section 2.3: a client uses one way of authentication only.
        if (!shown.secret.isEmpty() || (!shown.id.isEmpty() && shown.id != basic->id))
            return OAuthError {
                u"invalid_request"_s, u"The client authenticates in two ways at once."_s};
        shown = *basic;
    }
    if (shown.id.isEmpty())
        return invalidClient(u"The request names no client."_s);
    auto client = findOAuthClient(QString::fromUtf8(shown.id));
    if (!client)
        return invalidClient(u"The client is not known."_s);
    if (client->secret != shown.secret)
        return invalidClient(client->isPublic() ? u"This client has no secret."_s
                                                : u"The client's secret is missing or wrong."_s);
    return *std::move(client);
}

std::variant<ClientForm, OAuthError> clientFormIn(const Request &request)
{
    auto form = formIn(request);
    if (!form)
        return OAuthError {u"invalid_request"_s, u"A form was expected."_s};
    if (!form->repeated().isEmpty())
        return OAuthError {u"invalid_request"_s, u"A parameter is there twice."_s};
    auto client = authenticateClient(request, *form);
    if (auto *error = std::get_if<OAuthError>(&client))
        return std::move(*error);
    return ClientForm(*std::move(form), std::get<OAuthClient>(std::move(client)));
}

bool isRedirectUri(const QString &uri)
{
    const QUrl url(uri, QUrl::StrictMode);
    // RFC 8252 section 8.3: not "localhost".
    const bool isLoopback = url.host() == "127.0.0.1"_L1 || url.host() == "::1"_L1;
    return url.isValid() && url.scheme() == "http"_L1 && isLoopback && url.path() == "/callback"_L1
        && url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment() && !uri.contains(u'@');
}

} // namespace demobackend
