#pragma once

#include "authcore/exchange/signinreport.h"
#include "authcore/exchange/tokenresult.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <optional>

namespace authcore {

class AuthSession;
class HttpManagers;

//! The base of all sign-ins: begins one, and ends it once.
//!
//! Lifetime: the session outlives this. Destruction cancels without a signal. Another sign-in can
//!           begin after each end. Slots of all signals may delete this, cancel, or begin the next
//!           sign-in.
//! Thread:   the session's.
//! Errors:   exactly one of succeeded(), failed() and cancelled() for each sign-in. Only a success
//!           changes the session. If the session does not accept the tokens, the sign-in fails.
class AUTHCORE_EXPORT SignIn : public QObject
{
    Q_OBJECT

public:
    ~SignIn() override;

    [[nodiscard]] bool isBusy() const { return m_begun.has_value(); } //!< a sign-in is under way
    //! What the last successful sign-in has brought. In slots of refreshTokenMissing() and
    //! succeeded(), this is their sign-in.
    [[nodiscard]] const SignInReport &report() const { return m_report; }
    //! The secret of a confidential client, see BackendProfile::clientAuthentication. Refreshes of
    //! the tokens use it, too.
    void setClientSecret(const QByteArray &secret) { m_clientSecret = secret; }

public Q_SLOTS:
    void cancel(); //!< cancels the sign-in under way, if any

Q_SIGNALS:
    //! The server granted no refresh token, so the session ends with its access token; `why` is for
    //! people. Emitted right before succeeded(), never by PasswordSignIn.
    void refreshTokenMissing(const QString &why);
    void succeeded(); //!< the session holds the new tokens
    void failed(const authcore::TokenError &error); //!< the session is as it was
    void cancelled(); //!< by cancel(), or because the next sign-in began

protected:
    //! The outcome of a sign-in.
    enum class Ending {
        Succeeded, //!< the session has the new tokens
        Failed, //!< the session is as it was
        Cancelled, //!< by cancel(), or because the next sign-in began
    };

    SignIn(AuthSession &session, QObject *parent); //!< signs in to `session`

    //! Begins a sign-in, and cancels one under way first. Returns false if a slot of cancelled()
    //! has begun another one or deleted this: the caller has nothing left to do then.
    [[nodiscard]] bool begin();
    //! Ends the sign-in: hands `result` to the session and emits succeeded() or failed(). `report`
    //! describes granted tokens. Emits last.
    void finish(const TokenResult &result, SignInMethod method, const SignInReport &report = {});
    //! Destroys the requests and timers under way, so that none calls back any more.
    virtual void release() = 0;
    //! Called after release(), before the signal of the end.
    virtual void ended(Ending /*how*/, const QString & /*detail*/) { }

    //! The session's profile when the sign-in began; only while isBusy().
    [[nodiscard]] const BackendProfile &profile() const { return m_begun->profile; }
    [[nodiscard]] AuthSession &session() const { return m_session; } //!< gets the tokens
    [[nodiscard]] HttpManagers &http() const; //!< the session's
    //! See setClientSecret().
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
    SignInReport m_report; //!< of the last successful sign-in
};

} // namespace authcore
