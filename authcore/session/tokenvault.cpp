#include "authcore/session/tokenvault.h"

#include "authcore/exchange/tokenplaces.h"
#include "authcore/profile/headerrules.h"
#include "authcore/session/logging.h"
#include "authcore/session/refreshlock.h"
#include "authcore/session/sessiongate.h"
#include "authcore/session/usabletokens.h"

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace authcore {

TokenVault::TokenVault(SessionGate &gate, TokenStore &store, UniformRandom random, QObject *parent)
    : QObject(parent)
    , m_gate(gate)
    , m_store(store)
    , m_random(std::move(random))
    , m_keeper(store, gate.clock(), this)
{
    connect(&m_keeper, &TokenKeeper::failed, this, [this](const StoreError &error) {
        qCInfo(storeLog) << error.code << error.detail;
        Q_EMIT failed(error);
    });
    connect(&m_keeper, &TokenKeeper::recovered, this, &TokenVault::recovered);
    connect(&m_keeper, &TokenKeeper::caughtUp, this, &TokenVault::onCaughtUp);
}

TokenVault::~TokenVault() = default;

TokenKey TokenVault::keyFor(const QString &account) const
{
    const auto profile = m_gate.profile();
    return {profile->id, account, profile->clientId, profile->scope};
}

void TokenVault::setPersistence(TokenPersistence persistence)
{
    m_nextPersistence.reset();
    if (std::exchange(m_persistence, persistence) == persistence || !m_gate.snapshot().isSignedIn)
        return;
    if (persistence == TokenPersistence::Store)
        store(m_gate.state().key(), m_gate.tokens());
    else
        removeStored();
}

void TokenVault::store(const TokenKey &key, const TokenSet &tokens)
{
    m_wasStored = true;
    m_keeper.write(key, OverAnything {}, tokens);
}

// Tokens that another process has stored since stay there.
void TokenVault::removeStored()
{
    m_keeper.removeOnly(m_gate.state().key(), m_gate.tokens(), {});
}

void TokenVault::setNextPersistence(TokenPersistence persistence)
{
    m_nextPersistence = persistence;
}

void TokenVault::useNextPersistence()
{
    const auto next = std::exchange(m_nextPersistence, std::nullopt).value_or(m_persistence);
    const auto before = std::exchange(m_persistence, next);
    if (before == TokenPersistence::Store && next == TokenPersistence::MemoryOnly
        && m_gate.snapshot().isSignedIn)
        removeStored();
}

void TokenVault::load(const QString &account, std::function<void(const TokenStore::Loaded &)> then)
{
    m_keeper.load(keyFor(account), std::move(then));
}

void TokenVault::remove(const QString &account)
{
    m_keeper.write(keyFor(account), OverAnything {}, std::nullopt);
}

void TokenVault::adopt(const TokenSet &tokens, Source source)
{
    if (source == Source::Given)
        useNextPersistence();
    const TokenKey key = keyFor(tokens.userName);
    m_gate.state().adopt(tokens, key);
    m_cookiesBefore.reset();
    m_wasStored = source == Source::Store;
    if (source == Source::Given && m_persistence == TokenPersistence::Store)
        store(key, tokens);
}

void TokenVault::sessionEnded(Ending how, const TokenKey &key, const TokenSet &tokens)
{
    if (m_lock && !m_lock->isHeld())
        releaseLock();
    switch (how) {
    case Ending::SignedOut:
        m_keeper.write(key, OverAnything {}, std::nullopt);
        break;
    case Ending::Left:
        break;
    case Ending::Lost:
        // The lock is kept until the entry is removed, or the next process would retry the rejected
        // refresh token.
        m_keeper.removeOnly(key, m_cookiesBefore.value_or(tokens),
            [lock = std::move(m_lock)](const TokenStore::Done &) {});
        break;
    }
    m_cookiesBefore.reset();
}

void TokenVault::keepCookies(const TokenSet &before)
{
    if (!m_cookiesBefore)
        m_cookiesBefore = before;
    storeCookies();
}

// One write at a time, however many answers set cookies. Never over tokens of another process, or
// while a refresh is about to store new tokens with all cookies.
void TokenVault::storeCookies()
{
    const auto snapshot = m_gate.snapshot();
    const TokenKey key = m_gate.state().key();
    if (!m_cookiesBefore || !snapshot.isSignedIn || snapshot.isRefreshInProgress
        || m_keeper.isBehind(key))
        return;
    const TokenSet before = *std::exchange(m_cookiesBefore, std::nullopt);
    if (m_persistence == TokenPersistence::Store)
        m_keeper.write(key, OverTokens {{before}}, m_gate.tokens());
}

bool TokenVault::lockForRefresh(std::function<void()> then)
{
    m_isRefreshing = true;
    const QString path = isShared() ? m_store.lockPath(m_gate.state().key()) : QString();
    if (path.isEmpty())
        return false;
    if (!m_lock || m_lock->path() != path)
        m_lock = std::make_shared<RefreshLock>(path, m_gate.clock(), m_random);
    m_lock->acquire([then = std::move(then)](RefreshLock::Acquired) { then(); });
    return true;
}

QString TokenVault::whoHoldsTheLock() const
{
    return m_lock && m_lock->isWaiting() ? m_lock->holder() : QString();
}

// Once tokens have been in the store, other processes may have read them there.
bool TokenVault::isShared() const
{
    return m_persistence == TokenPersistence::Store || m_wasStored;
}

// The stored tokens of the session's account if the present profile can use them; else nullptr.
const TokenSet *TokenVault::ourAccountIn(const TokenStore::Loaded &found) const
{
    const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
    const bool isOurs = tokens != nullptr && *tokens
        && changedPlaces(**tokens, *m_gate.profile()).isEmpty()
        && (*tokens)->accountId == m_gate.snapshot().account
        && controlCharactersIn(**tokens).isEmpty();
    return isOurs ? &**tokens : nullptr;
}

bool TokenVault::isNews(const TokenSet &shared) const
{
    return !shared.hasCredentialsOf(m_gate.tokens())
        && !(m_cookiesBefore && shared.hasCredentialsOf(*m_cookiesBefore));
}

TokenVault::Shared TokenVault::compared(const TokenStore::Loaded &found) const
{
    const auto *tokens = std::get_if<std::optional<TokenSet>>(&found);
    if (tokens && !*tokens) {
        const bool didWeRemoveIt = m_persistence == TokenPersistence::MemoryOnly;
        return {didWeRemoveIt ? Shared::What::Nothing : Shared::What::NoEntry};
    }
    const TokenSet *shared = ourAccountIn(found);
    if (shared == nullptr || !isNews(*shared))
        return {};
    // The same tokens with other cookies are worth having, but do not cure a challenge.
    const TokenSet held = m_gate.tokens();
    const bool areOtherTokens =
        shared->accessToken != held.accessToken || shared->refreshToken != held.refreshToken;
    const auto now = m_gate.clock().nowInSeconds();
    const bool isUsable = areOtherTokens && shared->isUsableAt(now);
    return {isUsable ? Shared::What::Newer : Shared::What::Spent, *shared};
}

void TokenVault::readShared(std::function<void(const Shared &)> then)
{
    if (m_keeper.isBehind(m_gate.state().key())) { // the session's tokens are newer
        then({});
        return;
    }
    m_keeper.load(m_gate.state().key(),
        [this, then = std::move(then)](const TokenStore::Loaded &found) { then(compared(found)); });
}

void TokenVault::readAfterRejection(std::function<void(const Shared &)> then)
{
    if (!isShared() || m_keeper.isBehind(m_gate.state().key())) {
        then({});
        return;
    }
    m_keeper.load(
        m_gate.state().key(), [this, then = std::move(then)](const TokenStore::Loaded &found) {
            const TokenSet *shared = ourAccountIn(found);
            const auto profile = m_gate.profile();
            const auto credential =
                shared != nullptr ? refreshCredential(*shared, *profile) : QByteArray();
            const bool isNewer = !credential.isEmpty() && isNews(*shared)
                && credential != refreshCredential(m_gate.tokens(), *profile);
            then(isNewer ? Shared {Shared::What::Newer, *shared} : Shared {});
        });
}

void TokenVault::checkWritable(std::function<void(const TokenStore::Done &)> then)
{
    const TokenKey key = m_gate.state().key();
    if (!m_wasStored || m_persistence == TokenPersistence::MemoryOnly || m_keeper.isBehind(key))
        then(std::nullopt);
    else
        m_store.checkWritable(key, this, std::move(then));
}

void TokenVault::storeFresh(
    const TokenSet &fresh, std::function<void(const TokenStore::Done &)> then)
{
    if (m_persistence == TokenPersistence::MemoryOnly) {
        m_wasStored = false; // no other process knows these
        then(std::nullopt);
        return;
    }
    m_wasStored = true;
    const TokenKey key = m_gate.state().key();
    // The lock is kept by the write: if the session is gone before this is stored, it stays held.
    m_keeper.write(key, OverAnEntry {}, fresh,
        [this, lock = m_lock, key, fresh, then = std::move(then)](const TokenStore::Done &done) {
            removeIfUnwanted(key, fresh);
            then(done);
        });
}

void TokenVault::removeIfUnwanted(const TokenKey &key, const TokenSet &stored)
{
    if (m_persistence == TokenPersistence::MemoryOnly || !m_gate.snapshot().isSignedIn)
        m_keeper.removeOnly(key, stored, {});
}

void TokenVault::refreshAnnounced()
{
    m_cookiesBefore.reset();
}

void TokenVault::refreshOver()
{
    m_isRefreshing = false;
    if (m_lock && !(m_lock->isHeld() && m_keeper.isBehind()))
        releaseLock();
    storeCookies();
}

void TokenVault::releaseLock()
{
    if (const auto lock = std::exchange(m_lock, nullptr))
        lock->release(); // a write may still hold a reference to it
}

void TokenVault::onCaughtUp()
{
    if (!m_isRefreshing)
        releaseLock();
    storeCookies();
    Q_EMIT caughtUp();
}

void TokenVault::finishAtEnd(
    const std::optional<TokenSet> &fresh, std::chrono::steady_clock::time_point until)
{
    const std::shared_ptr<RefreshLock> lock = m_lock;
    if (fresh && m_persistence == TokenPersistence::Store)
        m_keeper.write(
            m_gate.state().key(), OverAnEntry {}, *fresh, [lock](const TokenStore::Done &) {});
    m_keeper.retryNow();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    // If writing takes longer, the lock stays held by the write itself.
    const bool isStored = !m_keeper.isBehind() || m_store.waitForWrites(std::max(left, 0ms));
    if (lock && isStored)
        lock->release();
}

} // namespace authcore
