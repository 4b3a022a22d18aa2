#include "authcore/signin/devicesignin.h"

#include "authcore/session/authsession.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

//! One sign-in under way.
struct DeviceSignIn::Attempt
{
};

DeviceSignIn::DeviceSignIn(AuthSession &session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
}

DeviceSignIn::~DeviceSignIn() = default;

bool DeviceSignIn::isBusy() const
{
    return m_attempt != nullptr;
}

void DeviceSignIn::setClientSecret(const QByteArray &secret)
{
    m_clientSecret = secret;
}

void DeviceSignIn::signIn()
{
    cancel();
    m_attempt = std::make_unique<Attempt>();
    QMetaObject::invokeMethod(
        this,
        [this] {
            finish(TokenError {
                TokenError::Code::Refused, u"Signing in by device is to come"_s, {}, {}});
        },
        Qt::QueuedConnection);
}

void DeviceSignIn::cancel()
{
    if (!m_attempt)
        return;
    m_attempt.reset();
    Q_EMIT cancelled();
}

void DeviceSignIn::finish(const TokenResult &result)
{
    if (std::exchange(m_attempt, nullptr))
        Q_EMIT failed(std::get<TokenError>(result));
}

} // namespace authcore
