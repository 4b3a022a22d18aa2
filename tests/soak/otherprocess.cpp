#include "tests/soak/otherprocess.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace soak {

namespace {

constexpr int patience = 200; // tries
constexpr std::chrono::milliseconds pause = 40ms;

} // namespace

OtherProcess::OtherProcess(authcore::Clock &clock, Chance &chance, AuthorizationServer &server,
    UnsteadyStore &store, Ledger &ledger)
    : m_clock(clock)
    , m_chance(chance)
    , m_server(server)
    , m_store(store)
    , m_ledger(ledger)
{
}

void OtherProcess::refresh(const authcore::TokenKey &key)
{
    if (m_lock)
        return;
    m_key = key;
    m_tries = 0;
    m_lock = std::make_unique<QLockFile>(m_store.lockPath(key));
    m_lock->setStaleLockTime(0); // its holder is always alive
    takeTurn();
}

void OtherProcess::takeTurn()
{
    if (m_lock->tryLock(0)) {
        m_ledger.note("another process holds the lock");
        const std::chrono::milliseconds time(m_chance.between(100, 2'000));
        m_next = m_clock.after(isPunctual ? time : m_chance.latency(), [this] { act(); });
    } else if (++m_tries < patience) {
        m_next = m_clock.after(pause, [this] { takeTurn(); });
    } else {
        m_lock.reset();
    }
}

void OtherProcess::act()
{
    auto tokens = m_store.find(m_key.toString());
    if (tokens && m_ledger.isRefreshing(tokens->refreshToken))
        m_ledger.fail(u"Two processes refresh with one token"_s);
    if (!tokens || tokens->refreshToken.isEmpty()) {
        m_ledger.note("another process finds nothing");
    } else if (m_chance.perMille(signOuts)) {
        m_ledger.note("another process signs out");
        m_store.erase(m_key.toString());
    } else if (const auto grant = m_server.refresh(tokens->refreshToken); grant.ok) {
        m_ledger.note("another process refreshed");
        if (grant.rotated)
            m_ledger.spentElsewhere(tokens->refreshToken);
        tokens->accessToken = grant.tokens.accessToken;
        tokens->refreshToken = grant.tokens.refreshToken;
        tokens->expiresAt = grant.tokens.expiresAt;
        tokens->receivedAt = grant.tokens.receivedAt;
        m_store.put(m_key.toString(), *tokens);
    } else {
        m_ledger.note("another process is refused");
    }
    m_lock.reset();
}

} // namespace soak
