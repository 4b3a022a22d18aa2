#pragma once

#include "authcore/demobackend/moment.h"
#include "authcore/demobackend/oauth/authorizationcodes.h"
#include "authcore/demobackend/oauth/oauthclients.h"
#include "authcore/demobackend/oauth/oauthreplies.h"

#include <QtCore/QHash>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace demobackend {

class Form;

//! The authorization endpoint: it shows a form for sign-in and consent, and redirects the browser
//! back to the client with a code or an error. It shows the error on a page instead when the client
//! or its redirect URI is unknown.
//!
//! Lifetime: `codes` outlives it.
//! Thread:   one at a time.
//! Spec:     RFC 6749 sections 3.1 and 4.1, RFC 7636 section 4.3, RFC 9207, OpenID Connect Core
//!           1.0 sections 3.1.2 and 11 (offline_access needs prompt=consent).
class AuthorizeEndpoint
{
public:
    explicit AuthorizeEndpoint(AuthorizationCodes &codes);

    void setIssuer(const QString &issuer) { m_issuer = issuer; }
    [[nodiscard]] Reply answer(const Request &request, const Moment &moment);

private:
    //! The authorization request of a client.
    struct Asked
    {
        OAuthClient client;
        QString redirectUri;
        QString state;
        QString nonce;
        QString loginHint;
        QByteArray challenge;
        QStringList scopes;
        Instant at {};
    };
    using Parameters = std::vector<std::pair<QByteArray, QString>>;

    [[nodiscard]] Reply begin(const Form &form, const Moment &moment);
    [[nodiscard]] Reply decide(const Form &form, const Moment &moment);
    void forgetOldForms(Instant now);
    [[nodiscard]] Reply allow(const Asked &asked, const DemoUser &user, const Moment &moment);
    [[nodiscard]] Reply sendBack(
        const Asked &asked, Parameters parameters, const Knobs &knobs) const;
    [[nodiscard]] Reply refuse(
        const Asked &asked, const OAuthError &error, const Knobs &knobs) const;

    AuthorizationCodes &m_codes;
    QString m_issuer;
    QHash<QString, Asked> m_transactions; //!< the requests whose forms are open
};

} // namespace demobackend
