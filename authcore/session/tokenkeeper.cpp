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
    const Pending &again = m_pending[key];
    write(TokenKey(again.key), Job(again.latest), {});
}

void TokenKeeper::save(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    write(key, {tokens}, then);
}

void TokenKeeper::update(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    write(key, joined(key, {tokens, Over::AnEntry}), then);
}

void TokenKeeper::updateOnly(const TokenKey &key, const TokenSet &before, const TokenSet &tokens)
{
    write(key, joined(key, {tokens, Over::TheseTokens, {before}}), {});
}

void TokenKeeper::remove(const TokenKey &key)
{
    write(key, {std::nullopt}, {});
}

void TokenKeeper::removeOnly(const TokenKey &key, const TokenSet &tokens, const Then &then)
{
    QList<TokenSet> ours {tokens};
    const auto add = [&ours](const TokenSet &set) {
        if (!ours.contains(set))
            ours += set;
    };
    if (const auto known = m_known.find(key.toString()); known != m_known.end())
        add(known->second);
    if (const auto found = m_pending.find(key.toString()); found != m_pending.end()) {
        if (const Job &before = found->second.latest; before.tokens)
            add(*before.tokens);
        else
            std::for_each(before.found.cbegin(), before.found.cend(), add);
    }
    write(key, {std::nullopt, Over::TheseTokens, ours}, then);
}

// What the store holds is what the first write that is not carried out wants to find.
TokenKeeper::Job TokenKeeper::joined(const TokenKey &key, Job job) const
{
    const auto found = m_pending.find(key.toString());
    if (found == m_pending.end() || !found->second.latest.tokens)
        return job;
    const Job &first = found->second.latest;
    if (job.over == Over::TheseTokens || first.over == Over::Anything) {
        job.over = first.over;
        job.found = first.found;
    }
    return job;
}

void TokenKeeper::write(const TokenKey &key, Job job, Then then)
{
    Pending &pending = m_pending[key.toString()];
    pending.key = key;
    pending.retry.reset();
    pending.number = ++m_lastNumber;
    pending.latest = std::move(job);
    const Job latest = pending.latest;
    begin(key, latest,
        [this, key = key.toString(), tokens = latest.tokens, number = pending.number,
            then = std::move(then)](const TokenStore::Done &done) {
            const QPointer alive(this);
            if (!done)
                remember(key, tokens);
            wrote(key, number, done); // NOLINT(clang-analyzer-core.CallAndMessage): `this` is there
            if (alive && then)
                then(done);
        });
}

void TokenKeeper::begin(const TokenKey &key, const Job &job, Then then)
{
    switch (job.over) {
    case Over::Anything:
        if (job.tokens)
            m_store.save(key, *job.tokens, this, std::move(then));
        else
            m_store.remove(key, this, std::move(then));
        return;
    case Over::AnEntry:
        m_store.update(key, *job.tokens, this, std::move(then));
        return;
    case Over::TheseTokens:
        if (job.tokens)
            m_store.updateOnly(key, job.found.first(), *job.tokens, this, std::move(then));
        else
            removeEach(key, job.found, std::move(then));
        return;
    }
}

// All are begun at once: the store carries them out even if this is gone by then.
void TokenKeeper::removeEach(const TokenKey &key, const QList<TokenSet> &sets, Then then)
{
    const auto problem = std::make_shared<TokenStore::Done>();
    for (const TokenSet &tokens : sets.sliced(1)) {
        m_store.removeOnly(key, tokens, this, [problem](const TokenStore::Done &done) {
            if (done)
                *problem = done;
        });
    }
    m_store.removeOnly(
        key, sets.first(), this, [problem, then = std::move(then)](const TokenStore::Done &done) {
            then(done ? done : *problem);
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
