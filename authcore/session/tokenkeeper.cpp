#include "authcore/session/tokenkeeper.h"

#include <QtCore/QPointer>

#include <algorithm>
#include <utility>

using namespace std::chrono_literals;

namespace authcore {

namespace {

constexpr std::chrono::milliseconds firstPause = 1s;
constexpr std::chrono::milliseconds longestPause = 60s;

} // namespace

TokenKeeper::TokenKeeper(TokenStore &store, Clock &clock, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_clock(clock)
{
}

void TokenKeeper::load(const TokenKey &key, std::function<void(const TokenStore::Loaded &)> then)
{
    m_store.load(key, this, [this, then = std::move(then)](const TokenStore::Loaded &loaded) {
        const QPointer alive(this);
        if (const auto *error = std::get_if<StoreError>(&loaded))
            Q_EMIT failed(*error);
        if (alive)
            then(loaded);
    });
}

bool TokenKeeper::isBehind(const TokenKey &key) const
{
    return m_pending.contains(key.toString());
}

void TokenKeeper::save(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    writeTokens<&TokenStore::save>(key, tokens, then);
}

void TokenKeeper::update(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    writeTokens<&TokenStore::update>(key, tokens, then);
}

void TokenKeeper::updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens)
{
    write(key.toString(),
        [this, key, before, tokens](std::function<void(const TokenStore::Done &)> done) {
            m_store.updateOnly(key, before, tokens, this, std::move(done));
        },
        {});
}

void TokenKeeper::remove(const TokenKey &key)
{
    write(key.toString(),
        [this, key](std::function<void(const TokenStore::Done &)> done) {
            m_store.remove(key, this, std::move(done));
        },
        {});
}

void TokenKeeper::removeOnly(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    writeTokens<&TokenStore::removeOnly>(key, tokens, then);
}

template <auto operation>
void TokenKeeper::writeTokens(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    write(
        key.toString(),
        [this, key, tokens](std::function<void(const TokenStore::Done &)> done) {
            (m_store.*operation)(key, tokens, this, std::move(done));
        },
        then);
}

void TokenKeeper::write(const QString &key, Write operation, Then then)
{
    Pending &pending = m_pending[key];
    pending.retry.reset();
    pending.number = ++m_lastNumber;
    pending.latest = std::move(operation);
    const Write latest = pending.latest;
    latest(
        [this, key, number = pending.number, then = std::move(then)](const TokenStore::Done &done) {
            const QPointer alive(this);
            wrote(key, number, done); // NOLINT(clang-analyzer-core.CallAndMessage): `this` is there
            if (alive && then)
                then(done);
        });
}

void TokenKeeper::wrote(const QString &key, std::uint64_t number, const TokenStore::Done &done)
{
    const auto found = m_pending.find(key);
    const bool isLatest = found != m_pending.end() && found->second.number == number;
    if (!done || done->code == StoreError::Code::Gone) {
        if (isLatest)
            m_pending.erase(found);
        const QPointer alive(this);
        const bool isLast = std::none_of(m_pending.begin(), m_pending.end(),
            [](const auto &entry) { return entry.second.retry != nullptr; });
        if (isLast && std::exchange(m_problem, std::nullopt))
            Q_EMIT recovered();
        if (alive && isLatest && m_pending.empty())
            Q_EMIT caughtUp();
        return;
    }
    m_problem = *done;
    if (isLatest) {
        Pending &pending = found->second;
        pending.pause = std::clamp(pending.pause * 2, firstPause, longestPause);
        pending.retry = m_clock.after(pending.pause, [this, key] {
            const Write latest = m_pending[key].latest;
            write(key, latest, {});
        });
    }
    Q_EMIT failed(*done);
}

} // namespace authcore
