#include "authcore/signin/passwordsignin.h"

#include "authcore/exchange/tokenexchange.h"
#include "authcore/session/authsession.h"

#include <utility>

namespace authcore {

PasswordSignIn::PasswordSignIn(AuthSession &session, QObject *parent)
    : SignIn(session, parent)
{
}

PasswordSignIn::~PasswordSignIn() = default;

void PasswordSignIn::signIn(const QString &userName, const QString &password)
{
    TokenGrant grant {{}, userName, password}; // a slot of cancelled() may delete the originals
    if (!begin())
        return;
    grant.clientSecret = clientSecret();
    m_exchange = std::make_unique<TokenExchange>(http(), session().clock());
    m_exchange->start(profile(), profile().signIn, grant, profile().policy.tryTimeout,
        [this, name = grant.userName](TokenResult result) { answered(name, std::move(result)); });
}

void PasswordSignIn::answered(const QString &userName, TokenResult result)
{
    if (auto *tokens = std::get_if<TokenSet>(&result)) {
        tokens->userName = userName;
        tokens->clientSecret = clientSecret();
        if (tokens->accountId.isEmpty())
            tokens->accountId = userName;
    }
    finish(result, SignInMethod::Password, m_exchange->report(result));
}

void PasswordSignIn::release()
{
    m_exchange.reset();
}

} // namespace authcore
