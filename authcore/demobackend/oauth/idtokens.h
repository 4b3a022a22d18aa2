#pragma once

#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/oauth/oauthgrant.h"
#include "authcore/demobackend/oauth/signingkey.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

#include <optional>

namespace demobackend {

//! Issues ID tokens and the answers of the userinfo endpoint.
//!
//! Thread:   one at a time.
//! Spec:     OpenID Connect Core 1.0 sections 2, 3.1.3.6, 5.3, 5.4 and 12.2.
class IdTokens
{
public:
    void setIssuer(const QString &issuer) { m_issuer = issuer; }

    //! The ID token of a grant with the scope `openid`; empty for other grants.
    [[nodiscard]] QByteArray issue(const OAuthGrant &grant, const QByteArray &accessToken,
        const Knobs &knobs, Instant now) const;
    //! The claim "sub", with name and e-mail address where the scopes allow them.
    [[nodiscard]] static QJsonObject userInfo(const DemoUser &user, const QStringList &scopes);
    [[nodiscard]] QJsonObject jwks() const; //!< RFC 7517 section 5

private:
    [[nodiscard]] const SigningKey &key() const;

    QString m_issuer;
    mutable std::optional<SigningKey> m_key; //!< made at its first use, since that takes time
};

} // namespace demobackend
