#pragma once

#include "authcore/signin/signin.h"
#include "authcore/system/export.h"

#include <memory>

namespace authcore {

class TokenExchange;

//! Signs a session in with a name and a password, by the profile's sign-in request.
//!
//! At an OAuth authorization server this is the password grant. A profile has to ask for it
//! (SignInMethod::Password, and grant_type=password in BackendProfile::signIn). RFC 9700 section
//! 2.4 forbids it, because every client sees the password and a second factor is impossible: use
//! BrowserSignIn or DeviceSignIn there.
//!
//! Lifetime: as of SignIn.
//! Thread:   the session's.
//! Errors:   as of SignIn. Rejected: the credentials are wrong.
//! Units:    RefreshPolicy::tryTimeout bounds the one request.
//! Spec:     RFC 6749 section 4.3.
class AUTHCORE_EXPORT PasswordSignIn : public SignIn
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit PasswordSignIn(AuthSession &session, QObject *parent = nullptr);
    ~PasswordSignIn() override;

public Q_SLOTS:
    //! Begins a sign-in, and cancels one under way first.
    void signIn(const QString &userName, const QString &password);

protected:
    void release() override;

private:
    void answered(const QString &userName, TokenResult result);

    std::unique_ptr<TokenExchange> m_exchange;
};

} // namespace authcore
