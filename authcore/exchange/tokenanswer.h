#pragma once

#include "authcore/exchange/endpointanswer.h"
#include "authcore/exchange/tokenresult.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArrayList>
#include <QtNetwork/QNetworkCookie>

namespace authcore {

//! The cookies of a session after a token answer.
struct AnswerCookies
{
    QList<QNetworkCookie> all = {}; //!< that there are now, with all of their values
    QByteArrayList set = {}; //!< the names that this answer has set, or deleted
};

//! Reads a token answer: the pure half of TokenExchange. A JWT's `exp` is measured against the
//! answer's Date header. expiresAt: from TokenAnswer::expiresIn when it is a positive number (or a
//! string of digits), else from TokenAnswer::expiresAt, else the JWT's `exp`, else the end of the
//! cookie that is the token, else unknown. Where the profile sends tokens is noted in the
//! token set.
//! Errors:   see endpointError(); tokens with control characters are none.
[[nodiscard]] TokenResult readTokenAnswer(
    const BackendProfile &profile, const EndpointAnswer &answer, const AnswerCookies &cookies = {});

} // namespace authcore
