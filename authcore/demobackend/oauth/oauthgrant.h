#pragma once

#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/refreshfamilies.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>

namespace demobackend {

//! What somebody allowed a client to do; every token says from which grant it comes.
struct OAuthGrant
{
    QString id; //!< drawn at random; revoking it ends all of its tokens
    QString clientId;
    QString userId;
    QStringList scopes;
    QString nonce; //!< of the authorization request; empty: none
    Instant authenticatedAt {}; //!< when the password was typed

    bool operator==(const OAuthGrant &) const = default;
};

//! As the refresh tokens of a grant remember it, without the nonce: that belongs to the sign-in
//! alone (OpenID Connect Core 1.0 section 12.2).
[[nodiscard]] Holder holderOf(const OAuthGrant &grant);
[[nodiscard]] OAuthGrant grantOf(const Holder &holder);

} // namespace demobackend
