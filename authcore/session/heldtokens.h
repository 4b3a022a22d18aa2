#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/session/refreshmachine.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QList>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkCookie>

#include <chrono>
#include <cstdint>
#include <optional>

namespace authcore {

//! The tokens that a session holds, with their cookies, and what is believed of their expiry.
//!
//! An expiry is not believed when a refresh brought tokens that had expired on arrival: only a
//! challenge says then that they are bad. Pure: a value.
//! Lifetime: a part of SessionState.
//! Thread:   one at a time.
//! Units:    `now` is Clock::now().
class HeldTokens
{
public:
    using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

    //! How much life a request wants its token to have left.
    enum class Leeway : std::uint8_t {
        Usual, //!< RefreshPolicy::leeway
        Upload, //!< RefreshPolicy::uploadLeeway: for a body that takes long, or is sent only once
    };

    //! The tokens; empty when nobody is signed in.
    [[nodiscard]] const TokenSet &tokens() const noexcept { return m_tokens; }
    //! The cookies beside the tokens, with all of their values.
    [[nodiscard]] const QList<QNetworkCookie> &cookies() const noexcept { return m_cookies; }
    //! Whether there is an access token.
    [[nodiscard]] bool hasAccessToken() const noexcept { return !m_tokens.accessToken.isEmpty(); }
    //! Whether there is one, or an access token that takes its place; see refreshCredential().
    [[nodiscard]] machine::RefreshToken refreshToken() const noexcept { return m_refreshToken; }
    //! Whether the present access token has gone out with a request.
    [[nodiscard]] bool wasUsed() const noexcept { return m_wasUsed; }

    //! Whether there is an access token that is not known to have expired.
    [[nodiscard]] bool isUsable(Moment now) const;
    [[nodiscard]] bool hasExpired(Moment now) const; //!< by an expiry that is believed
    //! How urgently the tokens must be refreshed for a request with `leeway`; empty: not at all.
    [[nodiscard]] std::optional<machine::Urgency> need(
        Leeway leeway, const RefreshPolicy &policy, Moment now) const;
    //! When a timer refreshes the tokens before a request has to wait for that: earlier than need()
    //! says Early, by `spread` (0 to 1) of half the leeway. Empty: the expiry is unknown or not
    //! believed, or there is no refresh token.
    [[nodiscard]] std::optional<Moment> earlyRefreshDue(
        double spread, const RefreshPolicy &policy) const;

    void use() noexcept { m_wasUsed = true; } //!< the access token goes out with a request
    void adopt(TokenSet tokens, const BackendProfile &profile); //!< of a sign-in or of a store
    void renew(TokenSet tokens, const BackendProfile &profile); //!< a refresh brought these
    //! Another process stored these, which have expired already: only to refresh with.
    void takeOver(TokenSet tokens, const BackendProfile &profile);
    TokenSet clear(); //!< returns the tokens that were held
    void profileChanged(const BackendProfile &profile); //!< the tokens stay

    //! An answer has set cookies of the session.
    struct SetCookies
    {
        Generation sentWith {}; //!< the generation that the request carried
        QUrl url; //!< where the answer is from
        QList<QNetworkCookie> cookies; //!< see readCookies()
        std::optional<std::chrono::sys_seconds> serverDate; //!< the answer's own
    };
    //! Returns the tokens as they were before; empty: nothing has changed.
    [[nodiscard]] std::optional<TokenSet> takeCookies(
        const SetCookies &fresh, const BackendProfile &profile, Moment now);

private:
    void replace(TokenSet tokens, const BackendProfile &profile);
    [[nodiscard]] std::chrono::milliseconds duration(
        Leeway leeway, const RefreshPolicy &policy) const;

    TokenSet m_tokens;
    QList<QNetworkCookie> m_cookies;
    machine::RefreshToken m_refreshToken = machine::RefreshToken::Absent;
    bool m_trustsExpiry = true;
    bool m_wasUsed = false;
};

} // namespace authcore
