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
    QList<QNetworkCookie> all = {}; //!< all cookies after the answer, with their values
    QByteArrayList set = {}; //!< the names that the answer has set or deleted
};

//! Reads a token answer: the pure half of TokenExchange. A JWT's `exp` is measured against the
//! answer's Date header. expiresAt: from TokenAnswer::expiresIn when it is a positive number (or a
//! string of digits), else from TokenAnswer::expiresAt, else the JWT's `exp`, else the end of the
//! cookie that is the token, else unknown. The token set gets the places to which the profile sends
//! tokens.
//! Errors:   see endpointError(); tokens with control characters are refused.
[[nodiscard]] TokenResult readTokenAnswer(
    const BackendProfile &profile, const EndpointAnswer &answer, const AnswerCookies &cookies = {});

//! Whether `answer` says when the access token expires: at TokenAnswer::expiresIn or expiresAt.
[[nodiscard]] bool saysExpiry(const BackendProfile &profile, const QJsonObject &answer);

} // namespace authcore
