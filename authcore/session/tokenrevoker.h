#pragma once

#include "authcore/exchange/tokenexchange.h"

#include <QtCore/QObject>

namespace authcore {

class Clock;
class HttpManagers;

//! Asks the server to revoke tokens. There is one try.
//!
//! Lifetime: `http` and `clock` outlive this. The destructor aborts requests under way without a
//!           signal.
//! Thread:   its own; nothing is emitted inside revoke().
//! Errors:   one of revoked() and failed() for each revoke() that sends something.
//! Units:    one request each, bounded by RefreshPolicy::tryTimeout.
//! Spec:     RFC 7009 sections 2.1 and 2.2.
class TokenRevoker : public QObject
{
    Q_OBJECT

public:
    //! `http` sends the requests, `clock` measures the time-outs.
    TokenRevoker(HttpManagers &http, Clock &clock, QObject *parent = nullptr);

    //! Revokes the refresh token of `tokens`; without one, the access token. Sends nothing if the
    //! profile has no revocation endpoint, or if there is no token.
    void revoke(const BackendProfile &profile, const TokenSet &tokens);

Q_SIGNALS:
    void revoked(); //!< the server has revoked a token
    void failed(const authcore::TokenError &error); //!< the token stays valid until it expires

private:
    HttpManagers &m_http;
    Clock &m_clock;
};

} // namespace authcore
