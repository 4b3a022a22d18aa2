#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/oauth/oauthgrant.h"
#include "authcore/demobackend/oauth/signingkey.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <optional>

namespace demobackend {

//! Says who somebody is: ID tokens and the answer of the userinfo endpoint.
//!
//! Thread: one at a time.   Spec: OpenID Connect Core 1.0 sections 2, 3.1.3.6, 5.3, 5.4 and 12.2.
class IdTokens
{
public:
    void setIssuer(const QString &issuer) { m_issuer = issuer; }

    //! For a grant whose scopes have `openid`; empty for others.
    [[nodiscard]] QByteArray issue(const OAuthGrant &grant, const QByteArray &accessToken,
        const Knobs &knobs, Instant now) const;
    //! "sub", and name and e-mail address where the scopes allow it.
    [[nodiscard]] static QJsonObject userInfo(const DemoUser &user, const QStringList &scopes);
    [[nodiscard]] QJsonObject jwks() const; //!< RFC 7517 section 5

private:
    [[nodiscard]] const SigningKey &key() const;

    QString m_issuer;
    mutable std::optional<SigningKey> m_key; //!< made when it is first needed: that takes a moment
};

} // namespace demobackend
