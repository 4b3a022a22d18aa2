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
//! Asks the profile's device authorization endpoint for a code, shows it by userCodeReady(), and
//! asks the token endpoint again and again until the person has decided: every `interval`, 5 s more
//! after each slow_down, twice as long after each answer that did not come.
//! Lifetime, thread, ends: see SignIn.
//! Errors:   Rejected: the person said no; TimedOut: the code expired.
//! Units:    each request RefreshPolicy::tryTimeout, all of it the code's own lifetime.
//! Spec:     RFC 8628 sections 3.1 to 3.5.
class AUTHCORE_EXPORT DeviceSignIn : public SignIn
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit DeviceSignIn(AuthSession &session, QObject *parent = nullptr);
    ~DeviceSignIn() override;

public Q_SLOTS:
    //! A busy one is cancelled first. Nothing is emitted inside it but that.
    void signIn();

Q_SIGNALS:
    //! Show the code and where to type it; `verificationUriComplete`, where not empty, has the code
    //! in it, for a link or a QR code. Both URLs are https, or http to this machine.
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
