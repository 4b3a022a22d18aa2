#pragma once

#include "authcore/exchange/endpointtry.h"
#include "authcore/exchange/tokenerror.h"
#include "authcore/session/sessionids.h"
#include "authcore/system/export.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QList>
#include <QtCore/QStringList>

#include <chrono>
#include <optional>

namespace authcore {

//! One try of a refresh.
//!
//! Thread: a value. Secrets: none, see EndpointTry.
struct AUTHCORE_EXPORT RefreshTry
{
    int number = 1; //!< from 1 on
    EndpointTry request {}; //!< what was sent and what came
    std::optional<TokenError::Code> error {}; //!< empty: tokens came
    QString detail {}; //!< TokenError::detail; empty: tokens came

    bool operator==(const RefreshTry &) const = default;
};

//! What happened in one refresh; comes with the signals that it failed or that the session ended.
//!
//! Thread: a value. Secrets: none, since TokenError and EndpointTry have none.
struct AUTHCORE_EXPORT RefreshStory
{
    Q_DECLARE_TR_FUNCTIONS(RefreshStory)

public:
    static constexpr int firstKept = 3; //!< tries at the beginning that `log` keeps
    static constexpr int lastKept = 5; //!< and at the end

    RefreshId refresh {}; //!< 0: no refresh was involved
    int tries = 0; //!< requests that were sent to the token endpoint
    std::optional<TokenError> firstCause {}; //!< of the first try that failed; empty: none failed
    std::optional<TokenError> lastCause {}; //!< of the last one
    std::optional<int> lastStatus {}; //!< the last HTTP status that came; empty: none
    std::chrono::sys_time<std::chrono::milliseconds> when {}; //!< of the failure, wall clock
    QList<RefreshTry> log {}; //!< the tries that have ended; of many the first and the last ones
    //! What was done at last, and which setting of the profile decided that, as a sentence: "Given
    //! up: a 404 does not change by itself. See refresh.url." Empty: nothing yet.
    QString decision {};

    void add(const TokenError &cause); //!< adds a failure
    void add(const RefreshTry &tried); //!< adds an entry of the log
    [[nodiscard]] int leftOut() const; //!< tries that have ended and are not in the log
    //! For people: both causes if they differ, the number of tries if it is more than 1, and the
    //! decision.
    [[nodiscard]] QString toString() const;
    //! For people: the log, a line for each try, and the decision.
    [[nodiscard]] QStringList lines() const;
    bool operator==(const RefreshStory &) const = default;
};

} // namespace authcore
