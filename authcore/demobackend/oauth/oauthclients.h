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

//! The client of a request, from "Authorization: Basic" or from fields of the form. A public client
//! sends its id only.
//!
//! Spec:     RFC 6749 sections 2.3 and 3.2.1.
[[nodiscard]] std::variant<OAuthClient, OAuthError> authenticateClient(
    const Request &request, const Form &form);

using ClientForm = std::pair<Form, OAuthClient>;
//! The form in `request` and the client that sent it, or the error in one of them.
[[nodiscard]] std::variant<ClientForm, OAuthError> clientFormIn(const Request &request);

//! Whether the URI is http on a loopback address with any port and the path /callback: the redirect
//! URI of an application that listens for its browser.
//!
//! Spec:     RFC 8252 section 7.3.
[[nodiscard]] bool isRedirectUri(const QString &uri);

} // namespace demobackend
