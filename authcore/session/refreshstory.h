#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/session/sessionids.h"
#include "authcore/system/export.h"

#include <QtCore/QCoreApplication>

#include <chrono>
#include <optional>

namespace authcore {

//! What happened in one refresh, for whoever hears that it failed or that the session ended.
//!
//! Thread: a value. Secrets: none, since a TokenError has none.
struct AUTHCORE_EXPORT RefreshStory
{
    Q_DECLARE_TR_FUNCTIONS(RefreshStory)

public:
    RefreshId refresh {}; //!< 0: no refresh was involved
    int tries = 0; //!< requests that were sent to the token endpoint
    std::optional<TokenError> firstCause {}; //!< of the first try that failed; empty: none did
    std::optional<TokenError> lastCause {}; //!< of the last one
    std::optional<int> lastStatus {}; //!< the last HTTP status that came; empty: none
    std::chrono::sys_time<std::chrono::milliseconds> when {}; //!< of the failure, wall clock

    void add(const TokenError &cause); //!< another failure: the last cause, perhaps the first too
    //! For people: both causes where they differ, and the number of tries where it is more than 1.
    [[nodiscard]] QString toString() const;
    bool operator==(const RefreshStory &) const = default;
};

} // namespace authcore
