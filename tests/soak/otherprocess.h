#pragma once

#include "tests/soak/authorizationserver.h"
#include "tests/soak/ledger.h"
#include "tests/soak/unsteadystore.h"

#include <QtCore/QLockFile>

#include <memory>

namespace soak {

//! Another process with the same store: it takes the lock, reads the tokens, refreshes and writes.
//!
//! It is correct; the test checks that the session never sends this process's refresh token
//! meanwhile.
class OtherProcess
{
public:
    OtherProcess(authcore::Clock &clock, Chance &chance, AuthorizationServer &server,
        UnsteadyStore &store, Ledger &ledger);

    int signOuts = 0; //!< per mille of its refreshes that are sign-outs instead
    bool isPunctual = false; //!< no step takes longer than two seconds

    //! Begins to refresh the tokens of `key`, unless an operation is running.
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
    std::unique_ptr<QLockFile> m_lock; //!< null: no operation is running
    int m_tries = 0;
    std::unique_ptr<authcore::Clock::Timer> m_next;
};

} // namespace soak
