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
//! Opens nothing itself: browserNeeded() asks for that. The answer comes to a listener on
//! 127.0.0.1, on a free port, which takes any number of connections (browsers open spare ones), is
//! not impressed by anything that is not the answer, and shows a page that says how it went. Its
//! `state` and, where known, the issuer are checked, then the code is exchanged at the profile's
//! token endpoint. An answer whose `state` is not ours is refused and waited on: it is of another
//! sign-in, and anybody may knock at the port.
//! Lifetime, thread, ends: see SignIn. The browser of a cancelled one is told when it comes.
//! Errors:   Rejected: the person or the server said no; TimedOut: nobody answered; BadAnswer: the
//!           answer is not for us; Misconfigured: its ID token is not.
//! Units:    the person has setPatience(), the token request RefreshPolicy::tryTimeout.
//! Spec:     RFC 6749 section 4.1; RFC 7636; RFC 8252 section 7.3; RFC 9207; RFC 9700 section 2.1;
//!           OpenID Connect Core section 3.1.
class AUTHCORE_EXPORT BrowserSignIn : public SignIn
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit BrowserSignIn(AuthSession &session, QObject *parent = nullptr);
    //! With chance of your own, for tests: what comes of it must be impossible to guess.
    BrowserSignIn(AuthSession &session, RandomBytes random, QObject *parent = nullptr);
    ~BrowserSignIn() override;

    //! How long the person may take; 5 minutes unless set. For the next signIn().
    void setPatience(std::chrono::milliseconds patience);

public Q_SLOTS:
    //! A busy one is cancelled first. browserNeeded() comes inside it, any end later.
    void signIn();

Q_SIGNALS:
    //! Open this in the person's browser. Not for logs: whoever has it can finish the sign-in.
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
    // Of the last attempt: it says for a while how that went.
    std::unique_ptr<LoopbackListener> m_listener;
    std::unique_ptr<Clock::Timer> m_listenerEnd;
};

} // namespace authcore
