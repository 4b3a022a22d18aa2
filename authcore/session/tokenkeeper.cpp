#include "authcore/session/tokenkeeper.h"

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

void TokenKeeper::load(
    const TokenKey &key, std::function<void(const std::optional<TokenSet> &)> then)
{
    m_store.load(key, this, [this, then = std::move(then)](const TokenStore::Loaded &loaded) {
        if (const auto *error = std::get_if<StoreError>(&loaded)) {
            m_problem = *error;
            Q_EMIT failed(*error);
            then(std::nullopt);
            return;
        }
        then(std::get<std::optional<TokenSet>>(loaded));
    });
}

void TokenKeeper::save(const TokenKey &key, const TokenSet &tokens, std::function<void()> then)
{
    write(
        [this, key, tokens](std::function<void(const TokenStore::Done &)> done) {
            m_store.save(key, tokens, this, std::move(done));
        },
        std::move(then));
}

void TokenKeeper::remove(const TokenKey &key)
{
    write(
        [this, key](std::function<void(const TokenStore::Done &)> done) {
            m_store.remove(key, this, std::move(done));
        },
        [] {});
}

void TokenKeeper::write(Write operation, std::function<void()> then)
{
    m_retry.reset();
    m_latest = std::move(operation);
    m_latest([this, then = std::move(then)](const TokenStore::Done &done) {
        wrote(done);
        then();
    });
}

void TokenKeeper::wrote(const TokenStore::Done &done)
{
    if (!done) {
        m_pause = 0ms;
        if (std::exchange(m_problem, std::nullopt))
            Q_EMIT recovered();
        return;
    }
    m_problem = *done;
    m_pause = std::clamp(m_pause * 2, firstPause, longestPause);
    m_retry = m_clock.after(m_pause, [this] { write(m_latest, [] {}); });
    Q_EMIT failed(*done);
}

} // namespace authcore
