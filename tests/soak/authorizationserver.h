#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenset.h"
#include "tests/soak/chance.h"

#include <map>
#include <unordered_map>

namespace soak {

//! The authorization server of a simulation: refresh families with rotation and reuse detection,
//! and the accounts of all tokens.
//!
//! Units:    lifetimes count by the monotonic clock, since the client's wall clock may be wrong.
class AuthorizationServer
{
public:
    AuthorizationServer(Chance &chance, const authcore::Clock &clock);

    bool detectsReuse = true;
    std::chrono::seconds shortest {1}; //!< of the access tokens' lifetimes
    std::chrono::seconds longest {10};
    bool saysOddLifetimes = false; //!< answers with no lifetime, 0, -1, text, or far too long ones

    //! A token set of a new family, with the data that a client gets.
    [[nodiscard]] authcore::TokenSet signIn(const QString &account);

    struct Grant
    {
        bool ok = false;
        bool rotated = false;
        QByteArray json;
        authcore::TokenSet tokens; //!< likewise
    };
    //! Carries out a refresh. The answer may still be lost.
    [[nodiscard]] Grant refresh(const QByteArray &refreshToken);

    [[nodiscard]] bool accepts(const QByteArray &accessToken) const;
    void revokeAccess(); //!< all access tokens issued so far
    void revokeFamily(const QByteArray &refreshToken);

    //! The account in a token's text, also of an invalid token.
    [[nodiscard]] static QString ownerOf(const QByteArray &token);

private:
    struct Family
    {
        QString account;
        QByteArray refreshToken; //!< the valid one
        bool revoked = false;
    };
    struct Access
    {
        int family = 0;
        int era = 0;
        std::chrono::nanoseconds expires {};
    };

    void mint(Family &family, int number, authcore::TokenSet &tokens, bool keepAccess);
    [[nodiscard]] QByteArray jsonOf(const authcore::TokenSet &tokens, bool withRefreshToken);

    Chance &m_chance;
    const authcore::Clock &m_clock;
    std::vector<Family> m_families;
    std::unordered_map<QByteArray, int> m_refreshTokens; //!< all issued ones, with their families
    std::unordered_map<QByteArray, Access> m_accessTokens;
    std::unordered_map<int, QByteArray> m_lastAccess; //!< of each family
    int m_lastNumber = 0;
    int m_era = 0;
};

} // namespace soak
