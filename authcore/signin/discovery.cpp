#include "authcore/signin/discovery.h"

#include "authcore/session/clock.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

//! One discovery under way.
struct Discovery::Attempt
{
};

Discovery::Discovery(Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
}

Discovery::~Discovery() = default;

bool Discovery::isBusy() const
{
    return m_attempt != nullptr;
}

BackendProfile Discovery::withoutEndpoints(BackendProfile profile)
{
    profile.refresh.url.clear();
    profile.authorization.url.clear();
    profile.deviceAuthorizationUrl.clear();
    profile.revocation.url.clear();
    return profile;
}

bool Discovery::isNeeded(const BackendProfile &profile)
{
    const auto &methods = profile.signInMethods;
    return !profile.issuer.isEmpty()
        && (profile.refresh.url.isEmpty()
            || (methods.contains(SignInMethod::Browser) && profile.authorization.url.isEmpty())
            || (methods.contains(SignInMethod::Device)
                && profile.deviceAuthorizationUrl.isEmpty()));
}

void Discovery::start(const BackendProfile &profile)
{
    Q_UNUSED(profile)
    cancel();
    m_attempt = std::make_unique<Attempt>();
    ask();
}

void Discovery::ask()
{
    QMetaObject::invokeMethod(
        this,
        [this] {
            finish(TokenError {TokenError::Code::Refused, u"Discovery is to come"_s, {}, {}});
        },
        Qt::QueuedConnection);
}

void Discovery::cancel()
{
    if (!m_attempt)
        return;
    m_attempt.reset();
    Q_EMIT cancelled();
}

void Discovery::finish(const std::variant<Discovered, TokenError> &result)
{
    if (std::exchange(m_attempt, nullptr))
        Q_EMIT failed(std::get<TokenError>(result));
}

} // namespace authcore
