#pragma once

#include "authcore/exchange/endpointexchange.h"
#include "authcore/exchange/idtoken.h"
#include "authcore/exchange/signinreport.h"
#include "authcore/exchange/tokengrant.h"
#include "authcore/exchange/tokenresult.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <optional>

namespace authcore {

class Clock;
class HttpManagers;
class HttpThread;

//! Sends one request to a token endpoint and reads the tokens of its answer: a sign-in or one try of a
//! refresh.
//!
//! The body leaves from a sequential device with DoNotBufferUploadDataAttribute and a
//! Content-Length, since Qt would send a buffered one a second time by itself; no redirect is
//! followed, no access token is attached, of cookies only those of the grant that match the URL, at
//! most 1 MiB of answer is read. It is judged by what it says, then by its status; a JSON answer
//! that has arrived whole counts although its framing is wrong, for a refresh token may be spent by
//! it. Tokens with an ID token that fails its check are none, see idTokenProblem(); its `sub` is
//! the account where the profile maps none.
//! Lifetime: `http` or `thread`, and `clock`, outlive this; destroying it aborts. One use.
//! Thread:   its own; `then` is never called inside start(), and exactly once.
//! Units:    `timeout` bounds the whole exchange, slow bodies included.
//! Spec:     RFC 6749 sections 4.3, 5 and 6; RFC 9110 section 10.2.3 (Retry-After).
class TokenExchange : public QObject
{
    Q_OBJECT

public:
    //! `http` sends it, `clock` bounds it.
    TokenExchange(HttpManagers &http, Clock &clock, QObject *parent = nullptr);
    //! The same, sent in another thread.
    TokenExchange(HttpThread &thread, Clock &clock, QObject *parent = nullptr);
    ~TokenExchange() override;

    //! Sends `request` with `grant` filled in; `then` is called once with the result.
    void start(const BackendProfile &profile, const TokenRequest &request, const TokenGrant &grant,
        std::chrono::milliseconds timeout, std::function<void(TokenResult)> then);
    //! Describes what the answer has brought; empty for an error. `result` is that of `then`, perhaps
    //! with more known about the account.
    [[nodiscard]] SignInReport report(const TokenResult &result) const;
    //! What was sent, and what has come so far, also when tokens came.
    [[nodiscard]] EndpointTry tried() const { return m_exchange.tried(); }
    //! Blocks until the result is there, at most for `patience`, when another thread sends: for
    //! the end of a program, when no event loop runs any more. Empty: there is none yet. `then` is
    //! still called, unless this is destroyed first.
    [[nodiscard]] std::optional<TokenResult> waitFor(std::chrono::milliseconds patience);

private:
    [[nodiscard]] TokenResult judge(const EndpointResult &result) const;

    EndpointExchange m_exchange;
    BackendProfile m_profile; //!< to judge the answer by
    QList<QNetworkCookie> m_cookies; //!< the session's, before the answer
    std::optional<EndpointAnswer> m_answer; //!< empty: none came so far
    IdTokenExpected m_expected; //!< of an ID token
};

} // namespace authcore
