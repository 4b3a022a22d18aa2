#include "authcore/signin/browsersignin.h"

#include "authcore/session/authsession.h"
#include "authcore/signin/authorizationrequest.h"
#include "authcore/signin/grantedtokens.h"
#include "authcore/signin/loopbacklistener.h"

#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

// For browsers that come, or come again, when all is over: they hear how it went.
constexpr auto farewell = 1min;

TokenRequest codeRequest(const BackendProfile &profile)
{
    return {profile.refresh.url, BodyFormat::Form, {}, profile.refresh.headers};
}

//! RFC 6749 section 4.1.3, RFC 7636 section 4.5. As values, not as templates: a server may put
//! anything into a code, "${scope}" too.
QJsonObject codeFields(const BackendProfile &profile, const QString &code, const QUrl &redirectUri,
    const QByteArray &verifier)
{
    return {
        {u"grant_type"_s, u"authorization_code"_s},
        {u"code"_s, code},
        {u"redirect_uri"_s, QString::fromLatin1(redirectUri.toEncoded())},
        {u"client_id"_s, profile.clientId},
        {u"code_verifier"_s, QString::fromLatin1(verifier)},
    };
}

} // namespace

//! One sign-in under way.
struct BrowserSignIn::Attempt
{
    Attempt(const AuthSession &session, const RandomBytes &random)
        : profile(signInProfile(session.profile()))
        , profileRevision(session.profileRevision())
        , secrets(newSecrets(random, profile))
    {
    }

    BackendProfile profile;
    int profileRevision;
    AuthorizationSecrets secrets;
    QObject context; //!< of what comes later
    std::unique_ptr<LoopbackListener> listener;
    std::unique_ptr<Clock::Timer> deadline;
    std::unique_ptr<TokenExchange> exchange;
    bool isAnswered = false; //!< the browser came back; it is told when we know how it went
    bool sawOthers = false; //!< answers that are not ours
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

BrowserSignIn::~BrowserSignIn()
{
    if (m_attempt && m_attempt->listener)
        m_attempt->listener->show(cancelledPage());
}

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
    const QPointer guard(this);
    cancel();
    if (!guard || m_attempt)
        return; // a slot has thought otherwise
    m_attempt = std::make_unique<Attempt>(m_session, m_random);
    if (const auto problem = open()) {
        finishLater(*problem);
        return;
    }
    m_attempt->deadline = m_session.clock().after(m_patience, [this] {
        finish(TokenError {Code::TimedOut,
            m_attempt->sawOthers
                ? u"No answer came in time, only one that does not belong to this sign-in"_s
                : u"Nobody signed in in time"_s,
            {}, {}});
    });
    const auto &attempt = *m_attempt;
    Q_EMIT browserNeeded(
        authorizationUrl(attempt.profile, attempt.secrets, attempt.listener->callbackUrl()));
}

std::optional<TokenError> BrowserSignIn::open()
{
    auto &attempt = *m_attempt;
    const QUrl url = attempt.profile.resolved(attempt.profile.authorization.url);
    if (url.isEmpty() || attempt.profile.refresh.url.isEmpty())
        return TokenError {
            Code::Refused, u"The profile names no endpoint for signing in by browser"_s, {}, {}};
    if (!attempt.profile.isTransportAllowed(url))
        return TokenError {Code::Refused,
            u"Not opened: only https, or plain http to this machine, may be asked to sign in"_s, {},
            {}};
    attempt.listener = std::make_unique<LoopbackListener>(
        m_session.clock(), foreignPage(), [this](const QByteArray &query) { return take(query); });
    if (const auto problem = attempt.listener->listen(); !problem.isEmpty())
        return TokenError {Code::NoNetwork,
            u"The browser could not come back: listening on 127.0.0.1 failed (%1)"_s.arg(problem),
            {}, {}};
    return std::nullopt;
}

// From the listener: nothing may end in here.
bool BrowserSignIn::take(const QByteArray &query)
{
    auto &attempt = *m_attempt;
    const auto answer = readAuthorizationAnswer(query, attempt.profile, attempt.secrets);
    if (std::holds_alternative<NotOurs>(answer)) {
        attempt.sawOthers = true;
        return false;
    }
    if (std::exchange(attempt.isAnswered, true))
        return true; // once more the same, by a reload; it waits as well
    attempt.deadline.reset();
    if (const auto *error = std::get_if<TokenError>(&answer)) {
        finishLater(*error);
        return true;
    }
    TokenGrant grant;
    grant.clientSecret = m_clientSecret;
    grant.nonce = QString::fromLatin1(attempt.secrets.nonce);
    grant.fields = codeFields(attempt.profile, std::get<QString>(answer),
        attempt.listener->callbackUrl(), attempt.secrets.verifier);
    attempt.exchange = std::make_unique<TokenExchange>(m_http, m_session.clock());
    attempt.exchange->start(attempt.profile, codeRequest(attempt.profile), grant,
        attempt.profile.policy.tryTimeout, [this](const TokenResult &result) { finish(result); });
    return true;
}

void BrowserSignIn::cancel()
{
    if (!m_attempt)
        return;
    end(cancelledPage());
    Q_EMIT cancelled();
}

void BrowserSignIn::finishLater(const TokenError &error)
{
    QMetaObject::invokeMethod(
        &m_attempt->context, [this, error] { finish(error); }, Qt::QueuedConnection);
}

// The attempt is over; its browser hears how it went.
std::unique_ptr<BrowserSignIn::Attempt> BrowserSignIn::end(const BrowserPage &page)
{
    auto attempt = std::move(m_attempt);
    attempt->exchange.reset();
    attempt->deadline.reset();
    if (attempt->listener) {
        attempt->listener->show(page);
        m_listener = std::move(attempt->listener);
        m_farewell = m_session.clock().after(farewell, [this] { m_listener.reset(); });
    }
    return attempt;
}

void BrowserSignIn::finish(const TokenResult &result)
{
    auto granted = completedGrant(result, m_attempt->profile, m_clientSecret);
    if (m_attempt->profileRevision != m_session.profileRevision())
        granted =
            TokenError {Code::Misconfigured, u"The profile was changed while signing in"_s, {}, {}};
    if (const auto *error = std::get_if<TokenError>(&granted)) {
        end(failedPage(*error));
        Q_EMIT failed(*error);
        return;
    }
    const auto attempt = end(succeededPage());
    const auto &tokens = std::get<TokenSet>(granted);
    const QPointer guard(this);
    m_session.setTokens(tokens);
    const auto why = whyNoRefreshToken(tokens, attempt->profile, SignInMethod::Browser);
    if (guard && !why.isEmpty())
        Q_EMIT refreshTokenMissing(why);
    if (guard)
        Q_EMIT succeeded();
}

BrowserPage BrowserSignIn::succeededPage()
{
    return {200, tr("You are signed in"), tr("You can close this tab.")};
}

BrowserPage BrowserSignIn::failedPage(const TokenError &error)
{
    return {200, tr("You are not signed in"),
        tr("%1. You can close this tab and try again in the application.").arg(error.detail)};
}

BrowserPage BrowserSignIn::cancelledPage()
{
    return {200, tr("Signing in was cancelled"),
        tr("The application does not wait for it any more. You can close this tab.")};
}

BrowserPage BrowserSignIn::foreignPage()
{
    return {400, tr("This is not the sign-in that the application waits for"),
        tr("It may be an older one, or none at all. You can close this tab; go on in the one that "
           "the application opened last.")};
}

} // namespace authcore
