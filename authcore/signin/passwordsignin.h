#pragma once

#include "authcore/signin/signin.h"
#include "authcore/system/export.h"

#include <memory>

namespace authcore {

class TokenExchange;

//! Signs a session in with a name and a password, by the profile's sign-in request.
//!
//! At an OAuth authorization server that is the password grant, only where a profile asks for it
//! (SignInMethod::Password, and grant_type=password in BackendProfile::signIn): it shows the
//! password to every client and leaves no room for a second factor, which is why RFC 9700 section
//! 2.4 forbids it. BrowserSignIn and DeviceSignIn take its place.
//! Lifetime, thread, ends: see SignIn.
//! Errors:   failed() with Rejected for wrong credentials.
//! Units:    one try, bounded by RefreshPolicy::tryTimeout.
class AUTHCORE_EXPORT PasswordSignIn : public SignIn
{
    Q_OBJECT

public:
    //! Signs in to `session`, by its profile.
    explicit PasswordSignIn(AuthSession &session, QObject *parent = nullptr);
    ~PasswordSignIn() override;

public Q_SLOTS:
    //! A busy one is cancelled first.
    void signIn(const QString &userName, const QString &password);

protected:
    void release() override;

private:
    void answered(const QString &userName, TokenResult result);

    std::unique_ptr<TokenExchange> m_exchange;
};

} // namespace authcore
