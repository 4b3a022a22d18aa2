#pragma once

#include "authcore/demobackend/oauth/oauthgrant.h"

#include <QtCore/QHash>

#include <chrono>

namespace demobackend {

//! Authorization codes: valid once, for a minute, and only for the client that requested them.
//!
//! Lifetime: codes are kept in memory; a restart forgets them.
//! Thread:   one at a time.
//! Spec:     RFC 6749 sections 4.1.2 and 4.1.3, RFC 7636 section 4.6.
class AuthorizationCodes
{
public:
    static constexpr std::chrono::seconds lifetime {60};

    //! What a code was issued for.
    struct Authorization
    {
        OAuthGrant grant;
        QString redirectUri;
        QByteArray challenge; //!< S256
    };
    //! What a client sends to exchange a code.
    struct Shown
    {
        QByteArray code;
        QString clientId;
        QString redirectUri;
        QByteArray verifier;
    };
    enum class Verdict {
        Granted,
        Unknown,
        Expired,
        Used, //!< the caller must revoke the grant
        OfAnotherClient,
        ForAnotherRedirectUri,
        NotProven, //!< the verifier does not belong to the challenge
    };
    struct Redemption
    {
        Verdict verdict = Verdict::Unknown;
        OAuthGrant grant; //!< of Granted and Used
    };

    [[nodiscard]] QByteArray issue(const Authorization &authorization, Instant now);
    //! A code stays valid when another parameter of the request is refused.
    [[nodiscard]] Redemption redeem(const Shown &shown, Instant now);

private:
    struct Code
    {
        Authorization authorization;
        Instant issuedAt;
        bool isUsed = false;
    };

    QHash<QByteArray, Code> m_codes;
};

} // namespace demobackend
