#pragma once

#include "authcore/tokens/tokenstore.h"

#include <QtCore/QByteArray>

#include <functional>

namespace QKeychain {
class Job;
}

namespace authcore {

//! What the keychain has answered.
struct KeychainAnswer
{
    enum class Outcome { Done, NotFound, Failed };
    Outcome outcome = Outcome::Failed;
    QByteArray value {}; //!< Done by a job that reads
    StoreError trouble {}; //!< Failed

    //! Finds out what the end of `job` means: QtKeychain takes an entry that nobody unlocked for
    //! none, and reports it deleted; and "something went wrong" is all it says without a service.
    //! `then` hears it, perhaps at once, and only while `context` lives.
    static void of(const QKeychain::Job &job, QObject *context,
        std::function<void(const KeychainAnswer &)> then);
};

} // namespace authcore
