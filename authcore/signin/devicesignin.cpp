#include "authcore/signin/devicesignin.h"

#include "authcore/exchange/endpointerror.h"
#include "authcore/exchange/endpointexchange.h"
#include "authcore/exchange/tokenexchange.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/grantedtokens.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

constexpr std::chrono::seconds usualInterval = 5s; // RFC 8628 section 3.2
constexpr std::chrono::seconds slowDownStep = 5s; // RFC 8628 section 3.5
constexpr std::chrono::seconds longestInterval = 60s; // unless the server wants more
constexpr std::chrono::seconds longestLifetime = 24h;

//! What the device authorization endpoint answers (RFC 8628 section 3.2).
struct DeviceCode
{
    QString deviceCode; //!< a secret of server and client
    QString userCode;
    QUrl verificationUri;
    QUrl verificationUriComplete; //!< may be empty
    std::chrono::seconds expiresIn {};
    std::chrono::seconds interval = usualInterval;
};

//! At most a day; 0 for a value that is no positive, finite number: "nan", 1e999, -5.
std::chrono::seconds secondsOf(const QJsonValue &value)
{
    const double number = value.isString() ? value.toString().toDouble() : value.toDouble();
    if (!std::isfinite(number) || number <= 0)
        return 0s;
    return std::chrono::seconds(
        static_cast<std::int64_t>(std::min(number, static_cast<double>(longestLifetime.count()))));
}

std::variant<DeviceCode, TokenError> readDeviceCode(
    const EndpointAnswer &answer, const BackendProfile &profile)
{
    const auto bad = [&](const QString &what) { return endpointError(profile, answer, what); };
    if (!answer.isSuccess())
        return bad({});
    const QJsonObject json = answer.json();
    const auto text = [&json](QLatin1StringView name) { return json.value(name).toString(); };
    const auto url = [&text](QLatin1StringView name) { return QUrl(text(name), QUrl::StrictMode); };
    DeviceCode code {text("device_code"_L1), text("user_code"_L1), url("verification_uri"_L1),
        url("verification_uri_complete"_L1), secondsOf(json.value("expires_in"_L1))};
    if (code.verificationUri.isEmpty())
        code.verificationUri = url("verification_url"_L1); // the name in a draft, used by Google
    if (const auto interval = secondsOf(json.value("interval"_L1)); interval > 0s)
        code.interval = interval;
    if (code.deviceCode.isEmpty() || code.userCode.isEmpty())
        return bad(u"without a device code and a user code"_s);
    if (code.expiresIn == 0s)
        return bad(u"without saying for how long the code is good"_s);
    // People open these URLs.
    if (!profile.isTransportAllowed(code.verificationUri))
        return bad(u"without a page that is safe to open"_s);
    if (!profile.isTransportAllowed(code.verificationUriComplete))
        code.verificationUriComplete.clear();
    return code;
}

} // namespace

//! One sign-in under way.
struct DeviceSignIn::Attempt
{
    std::unique_ptr<EndpointExchange> codeRequest;
    QString deviceCode;
    std::chrono::seconds interval {};
    std::unique_ptr<Clock::Timer> expiry;
    std::unique_ptr<Clock::Timer> nextPoll;
    std::unique_ptr<TokenExchange> poll;
};

DeviceSignIn::DeviceSignIn(AuthSession &session, QObject *parent)
    : SignIn(session, parent)
{
}

DeviceSignIn::~DeviceSignIn() = default;

void DeviceSignIn::signIn()
{
    if (!begin())
        return;
    m_attempt = std::make_unique<Attempt>();
    TokenGrant grant;
    grant.clientSecret = clientSecret();
    grant.fields.insert(u"client_id"_s, profile().clientId);
    if (!profile().scope.isEmpty())
        grant.fields.insert(u"scope"_s, profile().scope);
    m_attempt->codeRequest = std::make_unique<EndpointExchange>(http(), session().clock());
    m_attempt->codeRequest->post(profile(),
        {profile().deviceAuthorizationUrl, BodyFormat::Form, {}, {}}, grant,
        profile().policy.tryTimeout,
        [this](const EndpointResult &result) { codeReceived(result); });
}

void DeviceSignIn::release()
{
    m_attempt.reset();
}

void DeviceSignIn::codeReceived(const std::variant<EndpointAnswer, TokenError> &result)
{
    auto &attempt = *m_attempt;
    attempt.codeRequest.release()->deleteLater(); // this is its callback
    const auto *answer = std::get_if<EndpointAnswer>(&result);
    if (answer == nullptr) {
        finish(std::get<TokenError>(result), SignInMethod::Device);
        return;
    }
    const auto read = readDeviceCode(*answer, profile());
    if (const auto *error = std::get_if<TokenError>(&read)) {
        finish(*error, SignInMethod::Device);
        return;
    }
    const auto &code = std::get<DeviceCode>(read);
    attempt.deviceCode = code.deviceCode;
    attempt.interval = code.interval;
    attempt.expiry =
        std::make_unique<Deadline>(session().clock(), code.expiresIn, [this] { expire(); });
    waitAndPoll();
    Q_EMIT userCodeReady(
        code.userCode, code.verificationUri, code.verificationUriComplete, code.expiresIn);
}

void DeviceSignIn::waitAndPoll()
{
    m_attempt->nextPoll = session().clock().after(m_attempt->interval, [this] { poll(); });
}

void DeviceSignIn::poll()
{
    auto &attempt = *m_attempt;
    TokenGrant grant;
    grant.clientSecret = clientSecret();
    grant.fields = {
        {u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
        {u"device_code"_s, attempt.deviceCode},
        {u"client_id"_s, profile().clientId},
    };
    attempt.poll = std::make_unique<TokenExchange>(http(), session().clock());
    attempt.poll->start(profile(),
        {profile().refresh.url, BodyFormat::Form, {}, profile().refresh.headers}, grant,
        profile().policy.tryTimeout, [this](const TokenResult &result) { pollAnswered(result); });
}

// RFC 8628 section 3.5 says which answers end the sign-in and when the next poll is due.
void DeviceSignIn::pollAnswered(const TokenResult &result)
{
    auto &attempt = *m_attempt;
    auto *const exchange = attempt.poll.release();
    exchange->deleteLater(); // this is its callback
    const auto *error = std::get_if<TokenError>(&result);
    if (error == nullptr) {
        const auto granted = completedGrant(result, profile(), clientSecret());
        finish(granted, SignInMethod::Device, exchange->report(granted));
        return;
    }
    const auto isCode = [error](QLatin1StringView code) { return error->serverCode == code; };
    if (isCode("access_denied"_L1)) {
        finish(TokenError {Code::Rejected, u"The sign-in was refused (access_denied)"_s,
                   error->httpStatus, {}, error->serverCode},
            SignInMethod::Device);
        return;
    }
    if (isCode("expired_token"_L1)) {
        expire();
        return;
    }
    if (isCode("slow_down"_L1)) {
        attempt.interval += slowDownStep;
    } else if (!isCode("authorization_pending"_L1)) {
        if (!error->isTransient()) {
            finish(*error, SignInMethod::Device);
            return;
        }
        attempt.interval =
            std::max(attempt.interval, std::min(attempt.interval * 2, longestInterval));
        if (error->retryAfter)
            attempt.interval = std::max(
                attempt.interval, std::chrono::ceil<std::chrono::seconds>(*error->retryAfter));
    }
    waitAndPoll();
}

void DeviceSignIn::expire()
{
    finish(
        TokenError {Code::TimedOut, u"Nobody entered the code in time: it has expired"_s, {}, {}},
        SignInMethod::Device);
}

} // namespace authcore
