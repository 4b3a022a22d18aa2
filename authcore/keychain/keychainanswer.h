#pragma once

#include "authcore/tokens/tokenstore.h"

#include <QtCore/QByteArray>

#include <functional>

namespace QKeychain {
class Job;
}

namespace authcore {

//! The keychain's answer to one job.
struct KeychainAnswer
{
    enum class Outcome { Done, NotFound, Failed };
    Outcome outcome = Outcome::Failed;
    QByteArray value {}; //!< of a job that reads and is Done
    StoreError trouble {}; //!< of a job that has Failed

    //! Finds out what the result of `job` means. QtKeychain reports a locked entry as missing, and
    //! its removal as done; without a service it reports an unspecific error. Calls `then` with the
    //! answer, perhaps at once, and only while `context` lives.
    static void of(const QKeychain::Job &job, QObject *context,
        std::function<void(const KeychainAnswer &)> then);
};

} // namespace authcore
