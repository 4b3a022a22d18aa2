#pragma once

#include "authcore/demobackend/answerplan.h"
#include "authcore/demobackend/dialect.h"
#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/moment.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QString>

#include <optional>

namespace demobackend {

class RefreshFamilies;
class TokenMint;

//! Sign-in and refresh of all dialects.
//!
//! Lifetime: the constructor's arguments outlive it.
//! Thread:   one at a time.
class TokenEndpoints
{
public:
    TokenEndpoints(TokenMint &mint, RefreshFamilies &families, Counters &counters);

    [[nodiscard]] Reply signIn(
        const Dialect &dialect, const Request &request, const Moment &moment);
    //! A malformed request takes nothing from the `plan`.
    [[nodiscard]] Reply refresh(const Dialect &dialect, const Request &request,
        AnswerPlan<RefreshAnswer> &plan, const Moment &moment);

    //! Signs this user in without checking a password.
    [[nodiscard]] Grant begin(const Dialect &dialect, const DemoUser &user, const Moment &moment);
    enum class Issue { AccessToken, BothTokens };
    [[nodiscard]] Grant begin(
        const Dialect &dialect, const Holder &holder, Issue what, const Moment &moment);

    //! A new access token for the holder of this one; empty: it is not good.
    [[nodiscard]] std::optional<Grant> renew(
        const Dialect &dialect, const QByteArray &accessToken, const Moment &moment);

    //! The holder of this refresh token, also of an invalid one.
    [[nodiscard]] std::optional<Holder> holderOf(
        const Dialect &dialect, const QByteArray &refreshToken) const;
    //! What is known about this access token; empty: it was not issued in this dialect.
    [[nodiscard]] std::optional<AccessToken> find(
        const Dialect &dialect, const QByteArray &accessToken);
    [[nodiscard]] bool isGood(const AccessToken &token, const Moment &moment) const;
    void revoke(const Holder &holder); //!< all refresh families of this holder

private:
    [[nodiscard]] Reply exchange(
        const Dialect &dialect, const QByteArray &refreshToken, const Moment &moment);
    [[nodiscard]] QByteArray newAccessToken(
        const Dialect &dialect, const Holder &holder, const DemoUser &user, const Moment &moment);
    [[nodiscard]] Grant grant(const Holder &holder, const DemoUser &user,
        const QByteArray &accessToken, const QByteArray &refreshToken, const Moment &moment);

    TokenMint &m_mint;
    RefreshFamilies &m_families;
    Counters &m_counters;
    QHash<Holder, QByteArray> m_lastAccessToken;
};

} // namespace demobackend
