#include "authcore/signin/discovery.h"

#include "authcore/exchange/endpointexchange.h"
#include "authcore/exchange/httpmanagers.h"
#include "authcore/profile/oauthnames.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/grantedtokens.h"
#include "authcore/system/clock.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace authcore {

namespace {

// The well-known part stands between host and path (RFC 8414 section 3.1) ...
QUrl oauthDocument(QUrl issuer)
{
    QString path = issuer.path(QUrl::FullyEncoded);
    if (path == "/"_L1)
        path.clear();
    issuer.setPath(u"/.well-known/oauth-authorization-server"_s % path, QUrl::StrictMode);
    return issuer;
}

// ... or after the path (OpenID Connect Discovery section 4.1).
QUrl openIdDocument(QUrl issuer)
{
    QString path = issuer.path(QUrl::FullyEncoded);
    if (path.endsWith(u'/'))
        path.chop(1);
    issuer.setPath(path % u"/.well-known/openid-configuration"_s, QUrl::StrictMode);
    return issuer;
}

//! Whether the request for the other document would fail for the same reason.
bool isFinal(const TokenError &error)
{
    return error.code == TokenError::Code::NoNetwork || error.code == TokenError::Code::TimedOut
        || error.code == TokenError::Code::Refused;
}

std::variant<Discovered, TokenError> metadataIn(
    const EndpointResult &result, const BackendProfile &profile)
{
    const auto *answer = std::get_if<EndpointAnswer>(&result);
    if (answer == nullptr)
        return std::get<TokenError>(result);
    const QString where = u" ("_s % placeOf(answer->url) % u')';
    if (answer->status != 200)
        return TokenError {TokenError::Code::ServerFailed,
            u"The server answered %1 where its metadata should be"_s.arg(answer->status) % where,
            answer->status, answer->retryAfter};
    auto found = readMetadata(profile, answer->body);
    if (auto *error = std::get_if<TokenError>(&found))
        error->detail += where;
    return found;
}

} // namespace

//! One discovery under way.
struct Discovery::Attempt
{
    BackendProfile profile;
    QList<QUrl> places; //!< where the metadata may be, without those that were requested
    std::unique_ptr<EndpointExchange> exchange;
    std::optional<TokenError> firstError; //!< reported, as the first place is the more likely one
};

Discovery::Discovery(AuthSession &session, QObject *parent)
    : QObject(parent)
    , m_clock(session.clock())
    , m_http(session.http())
{
}

Discovery::Discovery(Clock &clock, QObject *parent)
    : Discovery(clock, {}, parent)
{
}

Discovery::Discovery(Clock &clock, const NetworkSettings &settings, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_ownHttp(
          std::make_unique<HttpManagers>([] { return std::make_unique<QNetworkAccessManager>(); }))
    , m_http(*m_ownHttp)
{
    m_http.setParent(this);
    m_http.setSettings(settings);
}

Discovery::~Discovery() = default;

bool Discovery::isBusy() const
{
    return m_attempt != nullptr;
}

BackendProfile Discovery::withoutEndpoints(BackendProfile profile)
{
    return withoutOAuthEndpoints(std::move(profile));
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
    const BackendProfile copy = profile; // a slot of cancelled() may delete the original
    const QPointer guard(this);
    cancel();
    if (!guard || m_attempt)
        return; // a slot has deleted this or begun another discovery
    m_attempt = std::make_unique<Attempt>();
    m_attempt->profile = copy;
    const QUrl issuer(copy.issuer, QUrl::StrictMode);
    if (!issuer.hasQuery() && !issuer.hasFragment() && issuer.userInfo().isEmpty()
        && !issuer.host().isEmpty())
        m_attempt->places = {oauthDocument(issuer), openIdDocument(issuer)};
    else
        m_attempt->places = {QUrl()}; // the exchange refuses an empty URL
    if (hasScope(copy.scope, "openid"_L1))
        std::reverse(m_attempt->places.begin(), m_attempt->places.end());
    ask();
}

void Discovery::ask()
{
    auto &attempt = *m_attempt;
    attempt.exchange = std::make_unique<EndpointExchange>(m_http, m_clock);
    attempt.exchange->get(attempt.profile, attempt.places.takeFirst(),
        attempt.profile.policy.tryTimeout,
        [this](const EndpointResult &result) { answered(result); });
}

void Discovery::answered(const std::variant<EndpointAnswer, TokenError> &result)
{
    auto &attempt = *m_attempt;
    attempt.exchange.release()->deleteLater(); // this is its callback
    auto found = metadataIn(result, attempt.profile);
    if (const auto *error = std::get_if<TokenError>(&found)) {
        if (!attempt.firstError)
            attempt.firstError = *error;
        if (!isFinal(*error) && !attempt.places.isEmpty()) {
            ask();
            return;
        }
        found = *attempt.firstError;
    }
    finish(found);
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
    m_attempt.reset();
    if (const auto *error = std::get_if<TokenError>(&result))
        Q_EMIT failed(*error);
    else
        Q_EMIT succeeded(std::get<Discovered>(result));
}

} // namespace authcore
