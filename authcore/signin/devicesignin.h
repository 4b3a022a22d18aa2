#pragma once

#include "authcore/signin/signin.h"
#include "authcore/system/export.h"

#include <QtCore/QUrl>

#include <chrono>
#include <memory>
#include <variant>

namespace authcore {

struct EndpointAnswer;

//! Signs a session in with a browser on any device, where the person types a short code.
//!
//! Requests a code from the profile's device authorization endpoint, emits it by userCodeReady(),
//! and polls the token endpoint until the person has decided. The interval between polls is the
//! server's; it grows by 5 s after each slow_down, and doubles after each temporary failure.
//!
//! Lifetime: as of SignIn.
//! Thread:   the session's.
//! Errors:   as of SignIn. Rejected: the person refused; TimedOut: the code expired.
//! Units:    RefreshPolicy::tryTimeout bounds each request, the code's lifetime the whole sign-in.
//! Spec:     RFC 8628 sections 3.1 to 3.5.
class AUTHCORE_EXPORT DeviceSignIn : public SignIn
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit DeviceSignIn(AuthSession &session, QObject *parent = nullptr);
    ~DeviceSignIn() override;

public Q_SLOTS:
    //! Begins a sign-in, and cancels one under way first. Emits nothing else before it returns.
    void signIn();

Q_SIGNALS:
    //! Asks the application to show the code and the page where the person types it.
    //! `verificationUriComplete` contains the code, for a link or a QR code; it may be empty. Both
    //! URLs are https, http to this machine, or http where the profile allows it.
    void userCodeReady(const QString &userCode, const QUrl &verificationUri,
        const QUrl &verificationUriComplete, std::chrono::seconds expiresIn);

protected:
    void release() override;

private:
    struct Attempt;

    void codeReceived(const std::variant<EndpointAnswer, TokenError> &result);
    void waitAndPoll();
    void poll();
    void pollAnswered(const TokenResult &result);
    void expire();
    std::unique_ptr<Attempt> m_attempt; //!< empty: not busy
};

} // namespace authcore
