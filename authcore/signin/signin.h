#pragma once

#include "authcore/exchange/tokenresult.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <optional>

namespace authcore {

class AuthSession;
class HttpManagers;

//! What all ways to sign a session in have in common: when one begins, and how it ends.
//!
//! Lifetime: the session outlives this; destroying it cancels, silently. Usable again after each
//!           end. Every slot may delete it, cancel it or begin the next one.
//! Thread:   the session's.
//! Errors:   exactly one of succeeded(), failed() and cancelled() for each one begun. The session
//!           is untouched unless it succeeds; tokens that the session does not take are a failure.
class AUTHCORE_EXPORT SignIn : public QObject
{
    Q_OBJECT

public:
    ~SignIn() override;

    [[nodiscard]] bool isBusy() const { return m_begun.has_value(); } //!< it has not ended yet
    //! Of a confidential client, see BackendProfile::clientAuthentication; refreshes get it as
    //! well.
    void setClientSecret(const QByteArray &secret) { m_clientSecret = secret; }

public Q_SLOTS:
    void cancel(); //!< ends a busy one

Q_SIGNALS:
    //! The server granted no refresh token, so the session will not outlive its access token; `why`
    //! is for people. Right before succeeded(); not by PasswordSignIn.
    void refreshTokenMissing(const QString &why);
    void succeeded(); //!< the session holds the new tokens
    void failed(const authcore::TokenError &error); //!< the session is as it was
    void cancelled(); //!< by cancel(), or by the next one

protected:
    //! How a sign-in went.
    enum class Ending {
        Succeeded, //!< the session has the new tokens
        Failed, //!< the session is as it was
        Cancelled, //!< by cancel(), or by the next one
    };

    SignIn(AuthSession &session, QObject *parent); //!< for `session`, which outlives it

    //! A busy one is cancelled first. False: a slot of that has begun another one or deleted this,
    //! and nothing is left to do.
    [[nodiscard]] bool begin();
    //! The one end but for cancel(): gives `result` to the session, and tells. Emits last.
    void finish(const TokenResult &result, SignInMethod method);
    //! Lets go of what is under way, so that nothing more comes of it.
    virtual void release() = 0;
    //! After release(), before it is told.
    virtual void ended(Ending /*how*/, const QString & /*detail*/) { }

    [[nodiscard]] const BackendProfile &profile() const { return m_begun->profile; } //!< while busy
    [[nodiscard]] AuthSession &session() const { return m_session; } //!< that gets the tokens
    [[nodiscard]] HttpManagers &http() const; //!< the session's
    //! As set last.
    [[nodiscard]] const QByteArray &clientSecret() const { return m_clientSecret; }

private:
    struct Begun
    {
        BackendProfile profile;
        int profileRevision;
    };

    [[nodiscard]] std::optional<TokenError> handToSession(
        const TokenResult &result, int profileRevision);

    AuthSession &m_session;
    QByteArray m_clientSecret;
    std::optional<Begun> m_begun; //!< empty: not busy
};

} // namespace authcore
