#pragma once

#include "authcore/demobackend/answerplan.h"
#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/moment.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QString>

namespace demobackend {

class RefreshFamilies;
class TokenMint;

//! The refresh token in the body of a refresh request; empty: none that can be read.
[[nodiscard]] QByteArray refreshTokenIn(const Request &request);

//! Sign-in and refresh in the `custom-jwt` dialect.
//!
//! Lifetime: what it is given outlives it. Thread: one at a time.
class TokenEndpoints
{
public:
    TokenEndpoints(TokenMint &mint, RefreshFamilies &families, Counters &counters);

    [[nodiscard]] Reply signIn(const Request &request, const Moment &moment);
    //! A request that makes no sense uses up nothing of the `plan`.
    [[nodiscard]] Reply refresh(
        const Request &request, AnswerPlan<RefreshAnswer> &plan, const Moment &moment);

private:
    [[nodiscard]] Reply exchange(const QByteArray &refreshToken, const Moment &moment);
    [[nodiscard]] QByteArray accessTokenFor(const DemoUser &user, const Moment &moment);

    TokenMint &m_mint;
    RefreshFamilies &m_families;
    Counters &m_counters;
    QHash<QString, QByteArray> m_lastAccessToken; //!< by user id
};

} // namespace demobackend
