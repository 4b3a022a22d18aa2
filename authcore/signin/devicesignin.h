#pragma once

#include "authcore/protocol/tokenexchange.h"

#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>

#include <chrono>
#include <memory>
#include <variant>

namespace authcore {

class AuthSession;
struct EndpointAnswer;

//! Signs a session in with a browser on any device, where the person types a short code.
//!
//! Asks the profile's device authorization endpoint for a code, shows it by userCodeReady(), and
//! asks the token endpoint again and again until the person has decided: every `interval`, 5 s more
//! after each slow_down, twice as long after each answer that did not come.
//! Lifetime: `session` outlives this; destroying it cancels, silently. Usable again after each end.
//!           Every slot may delete it, later or at once.
//! Thread:   the session's.
//! Errors:   exactly one of succeeded(), failed() and cancelled() for each signIn(). The session is
//!           untouched unless it succeeds. Rejected: the person said no; TimedOut: the code
//!           expired.
//! Units:    each request RefreshPolicy::tryTimeout, all of it the code's own lifetime.
//! Spec:     RFC 8628 sections 3.1 to 3.5.
class DeviceSignIn : public QObject
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit DeviceSignIn(AuthSession &session, QObject *parent = nullptr);
    ~DeviceSignIn() override;

    [[nodiscard]] bool isBusy() const; //!< signIn() has not ended yet
    //! Of a confidential client, see BackendProfile::clientAuthentication; refreshes get it as
    //! well.
    void setClientSecret(const QByteArray &secret);

public Q_SLOTS:
    //! A busy one is cancelled first. Nothing is emitted inside it but that.
    void signIn();
    void cancel(); //!< ends a busy one

Q_SIGNALS:
    //! Show the code and where to type it; `verificationUriComplete`, where not empty, has the code
    //! in it, for a link or a QR code. Both URLs are https, or http to this machine.
    void userCodeReady(const QString &userCode, const QUrl &verificationUri,
        const QUrl &verificationUriComplete, std::chrono::seconds expiresIn);
    //! The server granted no refresh token, so the session will not outlive its access token; `why`
    //! is for people. Right before succeeded().
    void refreshTokenMissing(const QString &why);
    void succeeded(); //!< the session holds the new tokens
    void failed(const authcore::TokenError &error); //!< the session is as it was
    void cancelled(); //!< by cancel(), or by the next signIn()

private:
    struct Attempt;

    void codeCame(const std::variant<EndpointAnswer, TokenError> &result);
    void waitAndPoll();
    void poll();
    void polled(const TokenResult &result);
    void expire();
    void finish(const TokenResult &result);

    AuthSession &m_session;
    QByteArray m_clientSecret;
    QNetworkAccessManager m_http {this};
    std::unique_ptr<Attempt> m_attempt; //!< empty: not busy
};

} // namespace authcore
