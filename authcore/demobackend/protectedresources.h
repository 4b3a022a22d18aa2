#pragma once

#include "authcore/demobackend/answerplan.h"
#include "authcore/demobackend/exchange.h"
#include "authcore/demobackend/knobs.h"
#include "authcore/demobackend/moment.h"

#include <QtCore/QString>

namespace demobackend {

class Dialect;
class TokenMint;

//! The protected resources of all dialects.
//!
//! Lifetime: the constructor's arguments outlive it.
//! Thread:   one at a time.
//! Spec:     RFC 6750 section 3.
class ProtectedResources
{
public:
    ProtectedResources(TokenMint &mint, Counters &counters);

    //! The target origin of RedirectElsewhere: this server under its other host name.
    void setElsewhere(const QString &origin) { m_elsewhere = origin; }
    //! A request without a valid token takes nothing from the `plan`.
    [[nodiscard]] Reply answer(const Dialect &dialect, const Request &request,
        AnswerPlan<ResourceAnswer> &plan, const Moment &moment);
    void count(int status); //!< of a scripted answer

private:
    [[nodiscard]] Reply decide(const Dialect &dialect, const Request &request,
        AnswerPlan<ResourceAnswer> &plan, const Moment &moment);
    [[nodiscard]] Reply redirect(const Request &request) const;

    TokenMint &m_mint;
    Counters &m_counters;
    QString m_elsewhere;
};

} // namespace demobackend
