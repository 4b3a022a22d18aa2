#pragma once

#include "authcore/protocol/tokenexchange.h"

#include <QtNetwork/QNetworkAccessManager>

namespace authcore {

class AuthSession;

//! Signs a session in with a name and a password, by the profile's sign-in request.
//!
//! At an OAuth authorization server that is the password grant, only where a profile asks for it
//! (SignInMethod::Password, and grant_type=password in BackendProfile::signIn): it shows the
//! password to every client and leaves no room for a second factor, which is why RFC 9700 section
//! 2.4 forbids it. BrowserSignIn and DeviceSignIn take its place.
//! Lifetime: `session` outlives this; destroying it cancels. Usable again after each end.
//! Thread:   the session's.
//! Errors:   failed() with Rejected for wrong credentials; exactly one of succeeded(), failed() and
//!           cancelled() for each signIn(). The session is untouched unless it succeeds.
//! Units:    one try, bounded by RefreshPolicy::tryTimeout.
class PasswordSignIn : public QObject
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit PasswordSignIn(AuthSession &session, QObject *parent = nullptr);
    ~PasswordSignIn() override;

    [[nodiscard]] bool isBusy() const; //!< signIn() has not ended yet
    //! Of a confidential client, see BackendProfile::clientAuthentication; refreshes get it as
    //! well.
    void setClientSecret(const QByteArray &secret) { m_clientSecret = secret; }

public Q_SLOTS:
    //! A busy one is cancelled first.
    void signIn(const QString &userName, const QString &password);
    void cancel(); //!< ends a busy one

Q_SIGNALS:
    void succeeded(); //!< the session holds the new tokens
    void failed(const authcore::TokenError &error); //!< the session is as it was
    void cancelled(); //!< by cancel(), or by the next signIn()

private:
    void finish(const QString &userName, const TokenResult &result);

    AuthSession &m_session;
    QByteArray m_clientSecret;
    QNetworkAccessManager m_http {this};
    std::unique_ptr<TokenExchange> m_exchange;
};

} // namespace authcore
