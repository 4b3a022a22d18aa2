#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/refreshfamilies.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace demobackend {

//! What a user allowed a client. Every token names its grant.
struct OAuthGrant
{
    QString id; //!< random; revoking the grant ends all its tokens
    QString clientId;
    QString userId;
    QStringList scopes;
    QString nonce; //!< of the authorization request; empty: none
    Instant authenticatedAt {}; //!< when the password was typed

    bool operator==(const OAuthGrant &) const = default;
};

//! The grant as its refresh tokens keep it, without the nonce: the nonce is for the sign-in only
//! (OpenID Connect Core 1.0 section 12.2).
[[nodiscard]] Holder holderOf(const OAuthGrant &grant);
[[nodiscard]] OAuthGrant grantOf(const Holder &holder);

} // namespace demobackend
