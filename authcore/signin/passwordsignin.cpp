#include "authcore/signin/passwordsignin.h"

#include "authcore/session/authsession.h"

#include <QtCore/QPointer>

#include <utility>

namespace authcore {

PasswordSignIn::PasswordSignIn(AuthSession &session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
}

PasswordSignIn::~PasswordSignIn() = default;

bool PasswordSignIn::isBusy() const
{
    return m_exchange != nullptr;
}

void PasswordSignIn::signIn(const QString &userName, const QString &password)
{
    const QPointer guard(this);
    cancel();
    if (!guard)
        return;
    auto profile = m_session.profile();
    // What the profile says of statuses is about refreshes; here the usual ones mean "wrong".
    profile.refreshRejectedStatuses = BackendProfile().refreshRejectedStatuses;
    m_exchange = std::make_unique<TokenExchange>(m_http, m_session.clock());
    TokenGrant grant {{}, userName, password};
    grant.clientSecret = m_clientSecret;
    m_exchange->start(profile, profile.signIn, grant, profile.policy.tryTimeout,
        [this, userName](const TokenResult &result) { finish(userName, result); });
}

void PasswordSignIn::cancel()
{
    if (!m_exchange)
        return;
    m_exchange.reset();
    Q_EMIT cancelled();
}

void PasswordSignIn::finish(const QString &userName, const TokenResult &result)
{
    m_exchange.reset();
    if (const auto *error = std::get_if<TokenError>(&result)) {
        Q_EMIT failed(*error);
        return;
    }
    auto tokens = std::get<TokenSet>(result);
    tokens.userName = userName;
    tokens.clientSecret = m_clientSecret;
    if (tokens.accountId.isEmpty())
        tokens.accountId = userName;
    const QPointer guard(this);
    m_session.setTokens(tokens);
    if (guard)
        Q_EMIT succeeded();
}

} // namespace authcore
