#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/session/sessionids.h"
#include "authcore/system/export.h"

#include <QtCore/QCoreApplication>

#include <chrono>
#include <optional>

namespace authcore {

//! What happened in one refresh; comes with the signals that it failed or that the session ended.
//!
//! Thread: a value. Secrets: none, since a TokenError has none.
struct AUTHCORE_EXPORT RefreshStory
{
    Q_DECLARE_TR_FUNCTIONS(RefreshStory)

public:
    RefreshId refresh {}; //!< 0: no refresh was involved
    int tries = 0; //!< requests that were sent to the token endpoint
    std::optional<TokenError> firstCause {}; //!< of the first try that failed; empty: none failed
    std::optional<TokenError> lastCause {}; //!< of the last one
    std::optional<int> lastStatus {}; //!< the last HTTP status that came; empty: none
    std::chrono::sys_time<std::chrono::milliseconds> when {}; //!< of the failure, wall clock

    void add(const TokenError &cause); //!< adds a failure
    //! For people: both causes if they differ, and the number of tries if it is more than 1.
    [[nodiscard]] QString toString() const;
    bool operator==(const RefreshStory &) const = default;
};

} // namespace authcore
