#pragma once

#include "authcore/protocol/tokenexchange.h"
#include "authcore/session/clock.h"
#include "authcore/signin/randombytes.h"

#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>

#include <chrono>
#include <memory>
#include <optional>

namespace authcore {

class AuthSession;
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
//! Lifetime: `session` outlives this; destroying it cancels, silently. Usable again after each end.
//!           Every slot may delete it, later or at once.
//! Thread:   the session's.
//! Errors:   exactly one of succeeded(), failed() and cancelled() for each signIn(). The session is
//!           untouched unless it succeeds. Rejected: the person or the server said no; TimedOut:
//!           nobody answered; BadAnswer: the answer or its ID token is not for us.
//! Units:    the person has setPatience(), the token request RefreshPolicy::tryTimeout.
//! Spec:     RFC 6749 section 4.1; RFC 7636; RFC 8252 section 7.3; RFC 9207; RFC 9700 section 2.1;
//!           OpenID Connect Core section 3.1.
class BrowserSignIn : public QObject
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit BrowserSignIn(AuthSession &session, QObject *parent = nullptr);
    //! With chance of your own, for tests: what comes of it must be impossible to guess.
    BrowserSignIn(AuthSession &session, RandomBytes random, QObject *parent = nullptr);
    ~BrowserSignIn() override;

    [[nodiscard]] bool isBusy() const; //!< signIn() has not ended yet
    //! Of a confidential client, see BackendProfile::clientAuthentication; refreshes get it as
    //! well.
    void setClientSecret(const QByteArray &secret);
    //! How long the person may take; 5 minutes unless set. For the next signIn().
    void setPatience(std::chrono::milliseconds patience);

public Q_SLOTS:
    //! A busy one is cancelled first. browserNeeded() comes inside it, any end later.
    void signIn();
    void cancel(); //!< ends a busy one; the browser is told when it comes

Q_SIGNALS:
    //! Open this in the person's browser. Not for logs: whoever has it can finish the sign-in.
    void browserNeeded(const QUrl &authorizationUrl);
    //! The server granted no refresh token, so the session will not outlive its access token; `why`
    //! is for people. Right before succeeded().
    void refreshTokenMissing(const QString &why);
    void succeeded(); //!< the session holds the new tokens
    void failed(const authcore::TokenError &error); //!< the session is as it was
    void cancelled(); //!< by cancel(), or by the next signIn()

private:
    struct Attempt;

    [[nodiscard]] std::optional<TokenError> open();
    bool take(const QByteArray &query);
    void finishLater(const TokenError &error);
    void finish(const TokenResult &result);
    std::unique_ptr<Attempt> end(const BrowserPage &page);
    [[nodiscard]] static BrowserPage succeededPage();
    [[nodiscard]] static BrowserPage failedPage(const TokenError &error);
    [[nodiscard]] static BrowserPage cancelledPage();
    [[nodiscard]] static BrowserPage foreignPage();

    AuthSession &m_session;
    RandomBytes m_random;
    QByteArray m_clientSecret;
    std::chrono::milliseconds m_patience;
    QNetworkAccessManager m_http {this};
    std::unique_ptr<Attempt> m_attempt; //!< empty: not busy
    // Of the last attempt: it says for a while how that went.
    std::unique_ptr<LoopbackListener> m_listener;
    std::unique_ptr<Clock::Timer> m_farewell;
};

} // namespace authcore
