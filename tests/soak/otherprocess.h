#pragma once

#include "tests/soak/authorizationserver.h"
#include "tests/soak/ledger.h"
#include "tests/soak/unsteadystore.h"

#include <QtCore/QLockFile>

#include <memory>

namespace soak {

//! Another process with our store: it takes its turn at the lock, reads, refreshes and writes.
//!
//! It does so as it should; what must hold is that nobody presents its token meanwhile.
class OtherProcess
{
public:
    OtherProcess(authcore::Clock &clock, Chance &chance, AuthorizationServer &server,
        UnsteadyStore &store, Ledger &ledger);

    int signOuts = 0; //!< per mille of its refreshes: it signs out instead
    bool isPunctual = false; //!< nothing takes it longer than two seconds

    //! It begins to refresh the tokens of `key`, unless it is at something.
    void refresh(const authcore::TokenKey &key);

private:
    void takeTurn();
    void act();

    authcore::Clock &m_clock;
    Chance &m_chance;
    AuthorizationServer &m_server;
    UnsteadyStore &m_store;
    Ledger &m_ledger;
    authcore::TokenKey m_key;
    std::unique_ptr<QLockFile> m_lock; //!< while it is at something
    int m_tries = 0;
    std::unique_ptr<authcore::Clock::Timer> m_next;
};

} // namespace soak
