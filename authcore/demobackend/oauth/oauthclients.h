#pragma once

#include "authcore/demobackend/oauth/form.h"
#include "authcore/demobackend/oauth/oauthreplies.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace demobackend {

//! An application that is registered at the demo backend.
struct OAuthClient
{
    QString id;
    QString name; //!< for people
    QByteArray secret; //!< empty: a public client (RFC 6749 section 2.1)

    [[nodiscard]] bool isPublic() const { return secret.isEmpty(); }
};

[[nodiscard]] std::vector<OAuthClient> oauthClients();
[[nodiscard]] std::optional<OAuthClient> findOAuthClient(const QString &id);

//! Which client asks, by "Authorization: Basic" or by fields of its form; a public client says only
//! who it is. Spec: RFC 6749 sections 2.3 and 3.2.1.
[[nodiscard]] std::variant<OAuthClient, OAuthError> authenticateClient(
    const Request &request, const Form &form);

using ClientForm = std::pair<Form, OAuthClient>;
//! The form in `request` and the client that sent it, or what is wrong with either.
[[nodiscard]] std::variant<ClientForm, OAuthError> clientFormIn(const Request &request);

//! http on a loopback address, any port, path /callback, and nothing else: what an application
//! that listens for its browser may ask for. Spec: RFC 8252 section 7.3.
[[nodiscard]] bool isRedirectUri(const QString &uri);

} // namespace demobackend
