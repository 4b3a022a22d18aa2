#pragma once

#include "authcore/exchange/signinreport.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <chrono>
#include <vector>

namespace ui {

//! How the tokens have been spoilt on purpose, as far as this window knows.
struct TokenDamage
{
    enum class Access { Intact, Broken, ExpiredAtServer, Deleted, Revoked };
    enum class Refresh { Intact, Broken, Revoked };
    Access access = Access::Intact;
    Refresh refresh = Refresh::Intact;

    bool operator==(const TokenDamage &) const = default;
};

//! A claim of a token, in words.
struct Claim
{
    QString name;
    QString value;

    bool operator==(const Claim &) const = default;
};

//! What a token set does not say about its tokens.
struct TokenOrigin
{
    enum class Carrier { Header, Cookie };
    Carrier access = Carrier::Header;
    Carrier refresh = Carrier::Header;
    authcore::SignInReport report; //!< empty: the tokens come from the store

    bool operator==(const TokenOrigin &) const = default;
};

//! What the token panel shows. A value without secrets: the tokens are masked.
struct TokenSummary
{
    Q_DECLARE_TR_FUNCTIONS(ui::TokenSummary)

public:
    QString access; //!< "eyJh… (243 bytes)"; "none"
    QString accessState; //!< a glyph and words: "✓ valid for 14:59"
    QString generation; //!< "A3"
    QString refresh;
    QString refreshState;
    QString refreshRemark; //!< why there is no refresh token
    std::vector<Claim> claims; //!< of the access token
    QString signIn; //!< what the sign-in has brought, in lines; empty: unknown
    QString idToken; //!< empty: the dialect has no ID token
    QString idRemark; //!< how far its claims can be trusted
    std::vector<Claim> idClaims;

    bool operator==(const TokenSummary &) const = default;

    [[nodiscard]] static TokenSummary of(const authcore::TokenSet &tokens,
        authcore::Generation generation, TokenDamage damage, std::chrono::sys_seconds now,
        const TokenOrigin &origin = {});

    //! The first characters and the length of `token`; of a short token the length alone.
    [[nodiscard]] static QString masked(const QByteArray &token);
};

} // namespace ui
