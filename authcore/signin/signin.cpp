#include "authcore/signin/signin.h"

#include "authcore/session/authsession.h"
#include "authcore/signin/grantedtokens.h"
#include "authcore/signin/signinproblem.h"

#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

SignIn::SignIn(AuthSession &session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
}

SignIn::~SignIn() = default;

HttpManagers &SignIn::http() const
{
    return m_session.http();
}

bool SignIn::begin()
{
    const QPointer guard(this);
    cancel();
    if (!guard)
        return false;
    if (m_begun) { // a slot has begun a later sign-in, which cancels this one
        Q_EMIT cancelled();
        return false;
    }
    m_begun = {signInProfile(m_session.profile()), m_session.profileRevision()};
    return true;
}

void SignIn::cancel()
{
    if (!std::exchange(m_begun, std::nullopt))
        return;
    release();
    ended(Ending::Cancelled, {});
    Q_EMIT cancelled();
}

void SignIn::finish(const TokenResult &result, SignInMethod method, const SignInReport &report)
{
    const auto begun = std::exchange(m_begun, std::nullopt);
    const TokenResult granted = result; // release() may delete the original
    SignInReport brought = report;
    release();
    const QPointer guard(this);
    const auto error = handToSession(granted, begun->profileRevision);
    if (!guard)
        return;
    if (error) {
        const TokenError failure = explained(*error, begun->profile, method);
        ended(Ending::Failed, failure.detail);
        Q_EMIT failed(failure);
        return;
    }
    const auto why = method == SignInMethod::Password
        ? QString()
        : whyNoRefreshToken(std::get<TokenSet>(granted), begun->profile, method);
    if (!why.isEmpty())
        brought.whyNoRefreshToken += u". "_s % why;
    m_report = std::move(brought);
    ended(Ending::Succeeded, {});
    if (!why.isEmpty())
        Q_EMIT refreshTokenMissing(why);
    if (guard)
        Q_EMIT succeeded();
}

// Slots of the session may delete this.
std::optional<TokenError> SignIn::handToSession(const TokenResult &result, int profileRevision)
{
    if (profileRevision != m_session.profileRevision())
        return TokenError {
            TokenError::Code::Misconfigured, u"The profile was changed while signing in"_s, {}, {}};
    if (const auto *error = std::get_if<TokenError>(&result))
        return *error;
    const TokenFamily before = m_session.tokenFamily();
    const QPointer session(&m_session);
    session->setTokens(std::get<TokenSet>(result));
    if (session && session->tokenFamily() == before)
        return TokenError {
            TokenError::Code::Refused, u"The session did not take the new tokens"_s, {}, {}};
    return std::nullopt;
}

} // namespace authcore
