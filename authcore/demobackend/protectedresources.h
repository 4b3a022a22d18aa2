#pragma once

#include "authcore/demobackend/answerplan.h"
#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/moment.h"

#include <QtCore/QString>

namespace demobackend {

class Dialect;
class TokenMint;

//! What needs an access token, whatever the dialect.
//!
//! Lifetime: what it is given outlives it. Thread: one at a time.   Spec: RFC 6750 section 3.
class ProtectedResources
{
public:
    ProtectedResources(TokenMint &mint, Counters &counters);

    //! Where RedirectElsewhere sends to: this server under its other name.
    void setElsewhere(const QString &origin) { m_elsewhere = origin; }
    //! A request without a good token uses up nothing of the `plan`.
    [[nodiscard]] Reply answer(const Dialect &dialect, const Request &request,
        AnswerPlan<ResourceAnswer> &plan, const Moment &moment);
    void count(int status);

private:
    [[nodiscard]] Reply decide(const Dialect &dialect, const Request &request,
        AnswerPlan<ResourceAnswer> &plan, const Moment &moment);
    [[nodiscard]] Reply redirect(const Request &request) const;

    TokenMint &m_mint;
    Counters &m_counters;
    QString m_elsewhere;
};

} // namespace demobackend
