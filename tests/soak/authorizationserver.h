#pragma once

#include "authcore/system/clock.h"
#include "authcore/tokens/tokenset.h"
#include "tests/soak/chance.h"

#include <map>
#include <unordered_map>

namespace soak {

//! The truth about tokens: families that rotate, single use with reuse detection, whose they are.
//!
//! It lives by the monotonic clock: the client's wall clock may be wrong.
class AuthorizationServer
{
public:
    AuthorizationServer(Chance &chance, const authcore::Clock &clock);

    bool detectsReuse = true;
    std::chrono::seconds shortest {1}; //!< of the access tokens' lifetimes
    std::chrono::seconds longest {10};
    bool saysOddLifetimes = false; //!< none, 0, -1, text, far too long

    //! A token set of a new family; it carries what the client may know of it.
    [[nodiscard]] authcore::TokenSet signIn(const QString &account);

    struct Grant
    {
        bool ok = false;
        bool rotated = false;
        QByteArray json;
        authcore::TokenSet tokens; //!< likewise
    };
    //! Carries out a refresh, whether its answer will arrive or not.
    [[nodiscard]] Grant refresh(const QByteArray &refreshToken);

    [[nodiscard]] bool accepts(const QByteArray &accessToken) const;
    void revokeAccess(); //!< all access tokens of today
    void revokeFamily(const QByteArray &refreshToken);

    //! The account in a token's text, also of broken ones.
    [[nodiscard]] static QString ownerOf(const QByteArray &token);

private:
    struct Family
    {
        QString account;
        QByteArray refreshToken; //!< the one that is valid
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
    std::unordered_map<QByteArray, int> m_refreshTokens; //!< all there ever were, to their family
    std::unordered_map<QByteArray, Access> m_accessTokens;
    std::unordered_map<int, QByteArray> m_lastAccess; //!< of a family
    int m_lastNumber = 0;
    int m_era = 0;
};

} // namespace soak
