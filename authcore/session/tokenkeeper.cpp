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
    m_store.load(key, this, [this, key, then = std::move(then)](const TokenStore::Loaded &loaded) {
        const QPointer alive(this);
        if (const auto *error = std::get_if<StoreError>(&loaded))
            Q_EMIT failed(*error);
        else
            remember(key.toString(), std::get<std::optional<TokenSet>>(loaded));
        if (alive)
            then(loaded);
    });
}

bool TokenKeeper::isBehind(const TokenKey &key) const
{
    return m_pending.contains(key.toString());
}

bool TokenKeeper::isWriting() const
{
    return std::any_of(m_pending.begin(), m_pending.end(),
        [](const auto &entry) { return entry.second.retry == nullptr; });
}

void TokenKeeper::retryNow()
{
    QStringList waiting;
    for (const auto &[key, pending] : m_pending) {
        if (pending.retry)
            waiting.append(key);
    }
    for (const QString &key : waiting)
        retry(key);
}

void TokenKeeper::retry(const QString &key)
{
    begin(m_pending[key], {});
}

// Until the earlier write is carried out, the store holds what that one expects to find.
void TokenKeeper::write(const TokenKey &key, const WriteCondition &condition,
    const std::optional<TokenSet> &tokens, const Then &then)
{
    Pending &pending = m_pending[key.toString()];
    const bool expectsEarlierWrite = std::holds_alternative<OverTokens>(condition)
        || std::holds_alternative<OverAnything>(pending.condition);
    if (!(tokens && pending.tokens && expectsEarlierWrite))
        pending.condition = condition;
    pending.key = key;
    pending.tokens = tokens;
    begin(pending, then);
}

void TokenKeeper::removeOnly(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    QList<TokenSet> removable {tokens};
    if (const auto known = m_known.find(key.toString()); known != m_known.end())
        removable += known->second;
    if (const auto found = m_pending.find(key.toString()); found != m_pending.end()) {
        const Pending &before = found->second;
        if (before.tokens)
            removable += *before.tokens;
        else if (const auto *over = std::get_if<OverTokens>(&before.condition))
            removable += over->sets;
    }
    write(key, OverTokens {removable}, std::nullopt, then);
}

void TokenKeeper::begin(Pending &pending, const Then &then)
{
    pending.retry.reset();
    pending.number = ++m_lastNumber;
    m_store.write(pending.key, pending.condition, pending.tokens, this,
        [this, key = pending.key.toString(), tokens = pending.tokens, number = pending.number,
            then](const TokenStore::Done &done) {
            const QPointer alive(this);
            if (!done)
                remember(key, tokens);
            wrote(key, number, done); // NOLINT(clang-analyzer-core.CallAndMessage): `this` is there
            if (alive && then)
                then(done);
        });
}

void TokenKeeper::remember(const QString &key, const std::optional<TokenSet> &tokens)
{
    if (tokens)
        m_known[key] = *tokens;
    else
        m_known.erase(key);
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
        pending.retry = m_clock.after(pending.pause, [this, key] { retry(key); });
    }
    Q_EMIT failed(*done);
}

} // namespace authcore
