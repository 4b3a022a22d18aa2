#include "ui/sessionpresenter.h"

#include "authcore/lab/scenario.h"
#include "authcore/signin/passwordsignin.h"
#include "ui/wording.h"

#include <QtCore/QSettings>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace std::chrono_literals;

namespace {

constexpr QLatin1StringView lastUserKey = "session/lastUser"_L1;
constexpr QLatin1StringView staySignedInKey = "session/staySignedIn"_L1;

std::chrono::sys_seconds nowOf(const AuthSession &session)
{
    return std::chrono::floor<std::chrono::seconds>(session.clock().now());
}

AuthSession::Persistence toPersistence(StaySignedIn stay)
{
    return stay == StaySignedIn::InSettingsFile ? AuthSession::Persistence::Store
                                                : AuthSession::Persistence::MemoryOnly;
}

} // namespace

SessionPresenter::SessionPresenter(AuthSession &session, PasswordSignIn &signIn, TokenStore &store,
    QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_signIn(signIn)
    , m_store(store)
    , m_settings(settings)
    , m_staying(staySignedIn())
{
    connect(&signIn, &PasswordSignIn::succeeded, this, [this] {
        m_staying = m_wanted;
        m_settings.setValue(lastUserKey, m_wantedName);
        m_settings.setValue(staySignedInKey, m_staying == StaySignedIn::InSettingsFile);
        enter();
    });
    connect(&signIn, &PasswordSignIn::failed, this, [this](const TokenError &error) {
        m_session.setPersistence(toPersistence(m_staying));
        Q_EMIT signInFailed(Wording::signInProblem(error));
    });
    connect(&signIn, &PasswordSignIn::cancelled, this, [this] {
        m_session.setPersistence(toPersistence(m_staying));
        Q_EMIT signInCancelled();
    });

    connect(&session, &AuthSession::restored, this, [this](bool found) {
        if (found)
            enter();
        else
            Q_EMIT signInNeeded({});
    });
    connect(&session, &AuthSession::tokensReplaced, this, &SessionPresenter::summarize);
    connect(&session, &AuthSession::tokensRefreshed, this, [this] {
        setDamage({});
        Q_EMIT refreshWentWell();
    });
    connect(&session, &AuthSession::refreshFailed, this, [this](const TokenError &error) {
        Q_EMIT refreshTroubled(Wording::refreshProblem(error));
    });
    connect(&session, &AuthSession::sessionEnded, this, &SessionPresenter::ended);
    connect(&session, &AuthSession::storeFailed, this, [this](const StoreError &error) {
        Q_EMIT storeTroubled(
            tr("You will have to sign in again after a restart: %1").arg(error.detail));
    });
    connect(&session, &AuthSession::storeRecovered, this, &SessionPresenter::storeWentWell);

    m_countdown.setInterval(1s);
    connect(&m_countdown, &QTimer::timeout, this, &SessionPresenter::summarize);
    m_countdown.start();
}

bool SessionPresenter::isSignedIn() const
{
    return m_session.isSignedIn();
}

QString SessionPresenter::userName() const
{
    return isSignedIn() ? m_session.tokens().userName : m_settings.value(lastUserKey).toString();
}

QString SessionPresenter::profileName() const
{
    return m_session.profile().name;
}

TokenKey SessionPresenter::storeKey() const
{
    return m_session.keyFor(userName());
}

RunConditions::Local SessionPresenter::local() const
{
    if (m_session.isRefreshInProgress())
        return RunConditions::Local::BeingRefreshed;
    if (!m_session.isTokenUsable())
        return RunConditions::Local::Expired;
    const TokenSet tokens = m_session.tokens();
    if (!tokens.expiresAt)
        return RunConditions::Local::Good;
    // The policy refreshes ahead of time; a moment more, since sending takes one.
    const RefreshPolicy &policy = m_session.profile().policy;
    const auto lifetime = *tokens.expiresAt - tokens.receivedAt.value_or(nowOf(m_session));
    const std::chrono::duration<double> ahead =
        std::min<std::chrono::duration<double>>(policy.leeway, policy.leewayFraction * lifetime);
    const auto left = std::chrono::duration<double>(*tokens.expiresAt - nowOf(m_session));
    return left > ahead + 2s ? RunConditions::Local::Good : RunConditions::Local::NearItsEnd;
}

StaySignedIn SessionPresenter::staySignedIn() const
{
    return m_settings.value(staySignedInKey, true).toBool() ? StaySignedIn::InSettingsFile
                                                            : StaySignedIn::UntilQuit;
}

void SessionPresenter::start()
{
    summarize();
    m_session.setPersistence(toPersistence(m_staying));
    const QString account = userName();
    if (account.isEmpty() || m_staying == StaySignedIn::UntilQuit) {
        Q_EMIT signInNeeded({});
        return;
    }
    m_store.load(storeKey(), this, [this](const TokenStore::Loaded &loaded) { restore(loaded); });
}

void SessionPresenter::signIn(const QString &userName, const QString &password, StaySignedIn stay)
{
    m_wanted = stay;
    m_wantedName = userName;
    Q_EMIT signInBusy();
    m_session.setPersistence(toPersistence(stay));
    m_signIn.signIn(userName, password);
}

void SessionPresenter::cancelSignIn()
{
    m_signIn.cancel();
}

void SessionPresenter::signOut()
{
    m_session.signOut();
}

void SessionPresenter::refreshNow()
{
    m_session.refreshNow();
}

void SessionPresenter::breakAccess()
{
    TokenDamage damage = m_damage;
    damage.access = TokenDamage::Access::Broken;
    edit(lab::applied(lab::Before::BreakAccess, m_session.tokens(), nowOf(m_session)), damage);
}

void SessionPresenter::deleteAccess()
{
    TokenDamage damage = m_damage;
    damage.access = TokenDamage::Access::Deleted;
    edit(lab::applied(lab::Before::DeleteAccess, m_session.tokens(), nowOf(m_session)), damage);
}

void SessionPresenter::breakRefresh()
{
    TokenDamage damage = m_damage;
    damage.refresh = TokenDamage::Refresh::Broken;
    TokenSet tokens = m_session.tokens();
    tokens.refreshToken =
        lab::applied(lab::Before::BreakRefresh, tokens, nowOf(m_session)).refreshToken;
    edit(tokens, damage);
}

void SessionPresenter::noteExpiredAtServer()
{
    if (!isSignedIn() || m_damage.access != TokenDamage::Access::Intact)
        return; // a broken token stays what it is
    setDamage({TokenDamage::Access::ExpiredAtServer, m_damage.refresh});
}

void SessionPresenter::noteRevokedAtServer()
{
    if (isSignedIn())
        setDamage({TokenDamage::Access::Revoked, TokenDamage::Refresh::Revoked});
}

void SessionPresenter::restore(const TokenStore::Loaded &loaded)
{
    if (isSignedIn())
        return; // somebody was faster
    const auto *found = std::get_if<std::optional<TokenSet>>(&loaded);
    if (found && found->has_value()) {
        const TokenSet moved = rehomed(**found, m_session.profile());
        if (moved != **found) {
            m_session.setTokens(moved);
            if (isSignedIn()) {
                enter();
                return;
            }
        }
    }
    m_session.restore(userName()); // says what is wrong, too
}

void SessionPresenter::enter()
{
    setDamage({});
    Q_EMIT signedIn(userName());
}

void SessionPresenter::ended(EndReason reason)
{
    setDamage({});
    const QString text = Wording::endOfSession(reason);
    Q_EMIT signedOut(text);
    if (!isSignedIn())
        Q_EMIT signInNeeded(text);
}

void SessionPresenter::setDamage(TokenDamage damage)
{
    m_damage = damage;
    summarize();
}

void SessionPresenter::edit(const TokenSet &tokens, TokenDamage damage)
{
    if (!isSignedIn())
        return;
    m_damage = damage;
    m_session.setTokens(tokens);
}

void SessionPresenter::summarize()
{
    Q_EMIT summaryChanged(
        TokenSummary::of(m_session.tokens(), m_session.generation(), m_damage, nowOf(m_session)));
}

TokenSet rehomed(TokenSet tokens, const BackendProfile &profile)
{
    const QUrl endpoint = profile.resolved(profile.refresh.url);
    const auto isHere = [](const QUrl &url) { return isLoopback(url); };
    const bool wasHere = isHere(tokens.tokenEndpoint)
        && tokens.tokenEndpoint.path() == endpoint.path() && tokens.protectedOrigins.size() == 1
        && isHere(QUrl(tokens.protectedOrigins.front()));
    if (wasHere && isHere(endpoint)) {
        tokens.tokenEndpoint = endpoint;
        tokens.protectedOrigins = profile.protectedOrigins;
    }
    return tokens;
}

} // namespace ui
