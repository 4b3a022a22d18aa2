#include "authcore/signin/browsersignin.h"

#include "authcore/session/authsession.h"

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

//! One sign-in under way.
struct BrowserSignIn::Attempt
{
};

BrowserSignIn::BrowserSignIn(AuthSession &session, QObject *parent)
    : BrowserSignIn(session, systemRandomBytes, parent)
{
}

BrowserSignIn::BrowserSignIn(AuthSession &session, RandomBytes random, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_random(std::move(random))
    , m_patience(5min)
{
}

BrowserSignIn::~BrowserSignIn() = default;

bool BrowserSignIn::isBusy() const
{
    return m_attempt != nullptr;
}

void BrowserSignIn::setClientSecret(const QByteArray &secret)
{
    m_clientSecret = secret;
}

void BrowserSignIn::setPatience(std::chrono::milliseconds patience)
{
    m_patience = patience;
}

void BrowserSignIn::signIn()
{
    cancel();
    m_attempt = std::make_unique<Attempt>();
    QMetaObject::invokeMethod(
        this,
        [this] {
            finish(TokenError {
                TokenError::Code::Refused, u"Signing in by browser is to come"_s, {}, {}});
        },
        Qt::QueuedConnection);
}

void BrowserSignIn::cancel()
{
    if (!m_attempt)
        return;
    m_attempt.reset();
    Q_EMIT cancelled();
}

void BrowserSignIn::finish(const TokenResult &result)
{
    if (std::exchange(m_attempt, nullptr))
        Q_EMIT failed(std::get<TokenError>(result));
}

} // namespace authcore
