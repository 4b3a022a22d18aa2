#pragma once

#include "authcore/signin/signin.h"
#include "authcore/system/clock.h"
#include "authcore/system/export.h"
#include "authcore/system/randombytes.h"

#include <QtCore/QUrl>

#include <chrono>
#include <memory>
#include <optional>

namespace authcore {

class LoopbackListener;
struct BrowserPage;

//! Signs a session in with the person's own browser: authorization code with PKCE (S256).
//!
//! The application opens the browser when browserNeeded() asks for it. The browser returns to a
//! listener on a free port of 127.0.0.1, which shows a page with the outcome. The answer's `state`
//! and, where the profile names one, its issuer are checked; then the code is exchanged at the
//! profile's token endpoint. An answer with another `state` is refused with a page of its own, and
//! the sign-in goes on: any program on this machine can send a request to the port.
//!
//! Lifetime: as of SignIn. After the end the listener stays for a minute, so that a browser that
//!           returns late gets a page with the outcome.
//! Thread:   the session's.
//! Errors:   as of SignIn. Rejected: the person or the server refused; TimedOut: no answer came;
//!           BadAnswer: the answer has another issuer, no code, or no ID token where one was
//!           requested; Misconfigured: the server does not accept the request, or the ID token is
//!           not for this client.
//! Units:    setPatience() bounds the wait for the person, RefreshPolicy::tryTimeout the token
//!           request.
//! Spec:     RFC 6749 section 4.1; RFC 7636; RFC 8252 section 7.3; RFC 9207; RFC 9700 section 2.1;
//!           OpenID Connect Core section 3.1.
class AUTHCORE_EXPORT BrowserSignIn : public SignIn
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit BrowserSignIn(AuthSession &session, QObject *parent = nullptr);
    //! The same with another source of randomness, for tests. Nobody may guess its bytes.
    BrowserSignIn(AuthSession &session, RandomBytes random, QObject *parent = nullptr);
    ~BrowserSignIn() override;

    //! How long the next signIn() waits for the person. Default: 5 minutes.
    void setPatience(std::chrono::milliseconds patience);

public Q_SLOTS:
    //! Begins a sign-in, and cancels one under way first. Emits browserNeeded() before it returns;
    //! the sign-in ends later.
    void signIn();

Q_SIGNALS:
    //! Asks the application to open this URL in the person's browser. Keep it out of logs: whoever
    //! knows it can finish the sign-in.
    void browserNeeded(const QUrl &authorizationUrl);

protected:
    void release() override;
    void ended(Ending how, const QString &detail) override;

private:
    struct Attempt;

    [[nodiscard]] std::optional<TokenError> open();
    bool acceptAnswer(const QByteArray &query);
    void finishLater(const TokenError &error);
    [[nodiscard]] static BrowserPage succeededPage();
    [[nodiscard]] static BrowserPage failedPage(const QString &detail);
    [[nodiscard]] static BrowserPage cancelledPage();
    [[nodiscard]] static BrowserPage foreignPage();

    RandomBytes m_random;
    std::chrono::milliseconds m_patience;
    std::unique_ptr<Attempt> m_attempt; //!< empty: not busy
    // Shows the outcome of the last attempt until the timer fires.
    std::unique_ptr<LoopbackListener> m_listener;
    std::unique_ptr<Clock::Timer> m_listenerEnd;
};

} // namespace authcore
