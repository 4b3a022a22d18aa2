#include "authcore/signin/browsersignin.h"

#include "authcore/exchange/tokenexchange.h"
#include "authcore/session/authsession.h"
#include "authcore/signin/authorizationrequest.h"
#include "authcore/signin/grantedtokens.h"
#include "authcore/signin/loopbacklistener.h"
#include "authcore/system/deadline.h"

#include <QtCore/QPointer>

#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace authcore {

namespace {

using Code = TokenError::Code;

// A browser that returns, or reloads the page, after the end still gets a page with the outcome.
constexpr auto listeningAfterEnd = 1min;

TokenRequest codeRequest(const BackendProfile &profile)
{
    return {profile.refresh.url, BodyFormat::Form, {}, profile.refresh.headers};
}

//! RFC 6749 section 4.1.3, RFC 7636 section 4.5. These are values, not templates: a server may
//! issue a code that contains "${scope}".
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
    Attempt(const BackendProfile &profile, const RandomBytes &random)
        : secrets(newSecrets(random, profile))
    {
    }

    AuthorizationSecrets secrets;
    QObject context; //!< its deletion cancels a queued finish()
    std::unique_ptr<LoopbackListener> listener;
    std::unique_ptr<Clock::Timer> deadline;
    std::unique_ptr<TokenExchange> exchange;
    bool isAnswered = false; //!< the browser has returned and waits for the page with the outcome
    bool sawForeignAnswer = false; //!< an answer of another sign-in has arrived
};

BrowserSignIn::BrowserSignIn(AuthSession &session, QObject *parent)
    : BrowserSignIn(session, systemRandomBytes, parent)
{
}

BrowserSignIn::BrowserSignIn(AuthSession &session, RandomBytes random, QObject *parent)
    : SignIn(session, parent)
    , m_random(std::move(random))
    , m_patience(5min)
{
}

BrowserSignIn::~BrowserSignIn()
{
    if (m_attempt && m_attempt->listener)
        m_attempt->listener->show(cancelledPage());
}

void BrowserSignIn::setPatience(std::chrono::milliseconds patience)
{
    m_patience = patience;
}

void BrowserSignIn::signIn()
{
    if (!begin())
        return;
    m_attempt = std::make_unique<Attempt>(profile(), m_random);
    if (const auto problem = open()) {
        finishLater(*problem);
        return;
    }
    m_attempt->deadline = std::make_unique<Deadline>(session().clock(), m_patience, [this] {
        finish(TokenError {Code::TimedOut,
                   m_attempt->sawForeignAnswer
                       ? u"No answer came in time, only one that does not belong to this sign-in"_s
                       : u"Nobody signed in in time"_s,
                   {}, {}},
            SignInMethod::Browser);
    });
    const auto &attempt = *m_attempt;
    Q_EMIT browserNeeded(
        authorizationUrl(profile(), attempt.secrets, attempt.listener->callbackUrl()));
}

std::optional<TokenError> BrowserSignIn::open()
{
    auto &attempt = *m_attempt;
    const QUrl url = profile().resolved(profile().authorization.url);
    if (url.isEmpty() || profile().refresh.url.isEmpty())
        return TokenError {
            Code::Refused, u"The profile names no endpoint for signing in by browser"_s, {}, {}};
    if (!profile().isTransportAllowed(url))
        return TokenError {Code::Refused,
            u"Not opened: only https, or plain http to this machine, may be asked to sign in"_s, {},
            {}};
    attempt.listener = std::make_unique<LoopbackListener>(session().clock(), foreignPage(),
        [this](const QByteArray &query) { return acceptAnswer(query); });
    if (const auto problem = attempt.listener->listen(); !problem.isEmpty())
        return TokenError {Code::NoNetwork,
            u"The browser could not come back: listening on 127.0.0.1 failed (%1)"_s.arg(problem),
            {}, {}};
    return std::nullopt;
}

// Called by the listener, so the sign-in must not end in here.
bool BrowserSignIn::acceptAnswer(const QByteArray &query)
{
    auto &attempt = *m_attempt;
    const auto answer = readAuthorizationAnswer(query, profile(), attempt.secrets);
    if (std::holds_alternative<ForeignAnswer>(answer)) {
        attempt.sawForeignAnswer = true;
        return false;
    }
    if (std::exchange(attempt.isAnswered, true))
        return true; // a reload of the same page: it waits for the outcome, too
    attempt.deadline.reset();
    if (const auto *error = std::get_if<TokenError>(&answer)) {
        finishLater(*error);
        return true;
    }
    TokenGrant grant;
    grant.clientSecret = clientSecret();
    grant.nonce = QString::fromLatin1(attempt.secrets.nonce);
    grant.fields = codeFields(profile(), std::get<QString>(answer), attempt.listener->callbackUrl(),
        attempt.secrets.verifier);
    attempt.exchange = std::make_unique<TokenExchange>(http(), session().clock());
    attempt.exchange->start(profile(), codeRequest(profile()), grant, profile().policy.tryTimeout,
        [this](const TokenResult &result) {
            const auto granted = completedGrant(result, profile(), clientSecret());
            finish(granted, SignInMethod::Browser, m_attempt->exchange->report(granted));
        });
    return true;
}

void BrowserSignIn::finishLater(const TokenError &error)
{
    QMetaObject::invokeMethod(
        &m_attempt->context, [this, error] { finish(error, SignInMethod::Browser); },
        Qt::QueuedConnection);
}

// Keeps the listener: ended() sets the page with the outcome.
void BrowserSignIn::release()
{
    const auto attempt = std::move(m_attempt);
    m_listener = std::move(attempt->listener);
    m_listenerEnd = session().clock().after(listeningAfterEnd, [this] { m_listener.reset(); });
}

void BrowserSignIn::ended(Ending how, const QString &detail)
{
    if (!m_listener)
        return;
    switch (how) {
    case Ending::Succeeded:
        m_listener->show(succeededPage());
        break;
    case Ending::Failed:
        m_listener->show(failedPage(detail));
        break;
    case Ending::Cancelled:
        m_listener->show(cancelledPage());
        break;
    }
}

BrowserPage BrowserSignIn::succeededPage()
{
    return {200, tr("You are signed in"), tr("You can close this tab.")};
}

BrowserPage BrowserSignIn::failedPage(const QString &detail)
{
    return {200, tr("You are not signed in"),
        tr("%1. You can close this tab and try again in the application.").arg(detail)};
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
