#include "ui/account/sessionpresenter.h"

#include "authcore/exchange/networksettings.h"
#include "authcore/lab/scenario.h"
#include "ui/account/rehomed.h"
#include "ui/common/wording.h"

#include <QtCore/QPointer>

#include <utility>

namespace ui {

using namespace Qt::StringLiterals;
using namespace authcore;
using namespace std::chrono_literals;

namespace {

std::chrono::sys_seconds nowOf(const AuthSession &session)
{
    return session.clock().nowInSeconds();
}

AuthSession::Persistence toPersistence(StaySignedIn stay)
{
    return stay == StaySignedIn::InSettingsFile ? AuthSession::Persistence::Store
                                                : AuthSession::Persistence::MemoryOnly;
}

} // namespace

SessionPresenter::SessionPresenter(
    AuthSession &session, TokenStore &store, QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_store(store)
    , m_accounts(settings)
{
    connect(&session, &AuthSession::restored, this, [this](bool found) {
        if (isLeaving())
            return;
        if (found)
            enter(m_damageBefore);
        else
            Q_EMIT signInNeeded(std::exchange(m_reason, {}));
    });
    connect(&session, &AuthSession::tokensReplaced, this, &SessionPresenter::summarize);
    connect(&session, &AuthSession::tokensRefreshed, this, [this] {
        setDamage({});
        if (isLeaving())
            park();
        Q_EMIT refreshWentWell();
    });
    connect(&session, &AuthSession::refreshFailed, this,
        [this](const TokenError &error, RefreshId, const RefreshStory &story) {
            Q_EMIT refreshTroubled(Wording::refreshProblem(error), story);
        });
    connect(&session, &AuthSession::sessionEnded, this, &SessionPresenter::ended);
    connect(&session, &AuthSession::left, this, &SessionPresenter::noteLeft);
    connect(&session, &AuthSession::revocationFailed, this, [this](const TokenError &error) {
        Q_EMIT revocationTroubled(Wording::revocationProblem(error));
    });
    connect(&session, &AuthSession::storeFailed, this, [this](const StoreError &error) {
        Q_EMIT storeTroubled(
            tr("You will have to sign in again after a restart: %1").arg(error.detail));
    });
    connect(&session, &AuthSession::storeRecovered, this, &SessionPresenter::storeWentWell);
    connect(&store, &TokenStore::waitingForPerson, this, &SessionPresenter::storeWaitsForPerson);
    connect(&store, &TokenStore::personAnswered, this, &SessionPresenter::storeWaitIsOver);

    m_countdown.setInterval(1s);
    connect(&m_countdown, &QTimer::timeout, this, &SessionPresenter::summarize);
    m_countdown.start();
}

QString SessionPresenter::userName() const
{
    return isSignedIn() ? m_session.tokens().userName : m_account;
}

QStringList SessionPresenter::accounts() const
{
    return m_accounts.names(m_session.keyFor({}));
}

QList<TokenKey> SessionPresenter::storeKeys() const
{
    const TokenKey present = m_session.keyFor(userName());
    QList<TokenKey> keys = m_accounts.everybody();
    keys.removeAll(present);
    keys.prepend(present);
    return keys;
}

void SessionPresenter::start()
{
    summarize();
    comeBack(m_accounts.last(m_session.keyFor({})));
}

void SessionPresenter::setProfile(
    const BackendProfile &profile, const NetworkSettings &network, Home home)
{
    leave([this, profile, network, home] {
        m_home = home;
        m_account.clear();
        m_session.setNetworkSettings(network);
        m_session.setProfile(profile);
        Q_EMIT profileChanged();
        Q_EMIT accountsChanged();
        start();
    });
}

void SessionPresenter::switchTo(const QString &account)
{
    if (isSignedIn() && !isLeaving() && account == userName()) {
        Q_EMIT accountsChanged(); // a menu may show another account as checked by now
        return;
    }
    leave([this, account] { comeBack(account); });
}

void SessionPresenter::leave(std::function<void()> then)
{
    m_afterLeaving = std::move(then);
    park();
    m_session.leave();
    if (isLeaving())
        Q_EMIT leavingWaits();
}

void SessionPresenter::noteLeft()
{
    if (const auto then = std::exchange(m_afterLeaving, nullptr))
        then();
}

// Keep what the session has not stored: tokens that are forgotten at the end of the program, and
// tokens whose write failed.
void SessionPresenter::park()
{
    if (!isSignedIn())
        return;
    Parked parked {std::nullopt, m_staying, m_damage};
    if (m_staying == StaySignedIn::UntilQuit || m_session.storeProblem())
        parked.tokens = m_session.tokens();
    m_parked[m_session.keyFor(userName()).toString()] = parked;
}

void SessionPresenter::comeBack(const QString &account)
{
    m_account = account;
    m_reason.clear();
    if (account.isEmpty()) {
        Q_EMIT signInNeeded({});
        return;
    }
    const TokenKey key = m_session.keyFor(account);
    Parked parked {std::nullopt, StaySignedIn::InSettingsFile, {}};
    if (const auto found = m_parked.extract(key.toString()))
        parked = found.mapped();
    m_staying = parked.stay;
    m_damageBefore = parked.damage;
    m_session.setPersistence(toPersistence(m_staying));
    if (!parked.tokens) {
        m_store.load(key, this, [this, key](const TokenStore::Loaded &loaded) {
            if (!isLeaving() && !isSignedIn() && key == m_session.keyFor(m_account))
                restore(key.account, loaded);
        });
        return;
    }
    m_session.setTokens(*parked.tokens);
    if (isSignedIn())
        enter(parked.damage);
    else
        Q_EMIT signInNeeded(Wording::endOfSession(EndReason::ProfileChanged));
}

void SessionPresenter::restore(const QString &account, const TokenStore::Loaded &loaded)
{
    if (const auto *error = std::get_if<StoreError>(&loaded)) {
        // Reading the keychain again would ask the person again.
        Q_EMIT signInNeeded(tr("The stored tokens cannot be read: %1").arg(error->detail));
        return;
    }
    const auto &found = std::get<std::optional<TokenSet>>(loaded);
    if (found) {
        const TokenSet moved =
            m_home == Home::BuiltIn ? rehomed(*found, m_session.profile()) : *found;
        if (moved != *found) {
            m_session.setTokens(moved);
            if (isSignedIn()) {
                enter(m_damageBefore);
                return;
            }
        }
        // The reason if the session refuses the tokens.
        m_reason = Wording::endOfSession(EndReason::ProfileChanged);
    }
    m_session.restore(account);
}

void SessionPresenter::prepareFor(StaySignedIn stay)
{
    m_session.setPersistence(toPersistence(stay), authcore::AuthSession::Tokens::Next);
}

void SessionPresenter::welcome(StaySignedIn stay)
{
    m_staying = stay;
    if (m_session.tokens().userName.isEmpty())
        nameTokens();
    m_account = userName();
    const TokenKey key = m_session.keyFor(m_account);
    m_parked.erase(key.toString());
    // An earlier sign-in may have stored tokens of this account.
    if (stay == StaySignedIn::UntilQuit)
        m_store.remove(key, this, [](const TokenStore::Done &) {});
    enter({});
}

// An account needs a name in the menu and in the store's key.
void SessionPresenter::nameTokens()
{
    TokenSet tokens = m_session.tokens();
    for (const auto &claim : {"username"_L1, "name"_L1, "email"_L1, "id"_L1})
        if (tokens.userName.isEmpty())
            tokens.userName = tokens.userData.value(claim).toVariant().toString();
    if (tokens.userName.isEmpty())
        tokens.userName = tokens.accountId.isEmpty() ? tr("somebody") : tokens.accountId;
    m_store.remove(m_session.keyFor({}), this, [](const TokenStore::Done &) {});
    m_session.setTokens(tokens);
}

void SessionPresenter::signOut()
{
    m_afterLeaving = nullptr;
    m_session.signOut();
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
        return; // a broken token stays broken
    setDamage({TokenDamage::Access::ExpiredAtServer, m_damage.refresh});
}

void SessionPresenter::noteRevokedAtServer()
{
    if (isSignedIn())
        setDamage({TokenDamage::Access::Revoked, TokenDamage::Refresh::Revoked});
}

void SessionPresenter::enter(TokenDamage damage)
{
    m_reason.clear();
    m_account = userName();
    m_accounts.remember(m_session.keyFor(m_account));
    setDamage(damage);
    Q_EMIT accountsChanged();
    Q_EMIT signedIn(m_account);
}

void SessionPresenter::ended(
    EndReason reason, const QString & /*detail*/, const RefreshStory &story)
{
    m_report = {};
    setDamage({});
    if (reason != EndReason::Left)
        m_parked.erase(m_session.keyFor(m_account).toString());
    const QString text = Wording::endOfSession(reason);
    // Whoever signs out during a refresh knows why the session ends.
    const RefreshStory why = reason == EndReason::SignedOut ? RefreshStory {} : story;
    const QPointer alive(this);
    Q_EMIT signedOut(text, why);
    if (alive && !isSignedIn() && !isLeaving())
        Q_EMIT signInNeeded(text, why);
}

void SessionPresenter::setDamage(TokenDamage damage)
{
    m_damage = damage;
    summarize();
}

void SessionPresenter::edit(const TokenSet &tokens, TokenDamage damage)
{
    if (!isSignedIn() || isLeaving())
        return; // the new account would get the edited tokens
    m_damage = damage;
    m_session.setTokens(tokens);
}

void SessionPresenter::summarize()
{
    const TokenAnswer &answer = m_session.profile().answer;
    const auto carrierOf = [](const QString &cookie) {
        return cookie.isEmpty() ? TokenOrigin::Carrier::Header : TokenOrigin::Carrier::Cookie;
    };
    Q_EMIT summaryChanged(
        TokenSummary::of(m_session.tokens(), m_session.generation(), m_damage, nowOf(m_session),
            {carrierOf(answer.accessTokenCookie), carrierOf(answer.refreshTokenCookie), m_report}));
}

} // namespace ui
