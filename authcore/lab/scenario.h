#pragma once

#include "authcore/lab/verdict.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <optional>

namespace authcore::lab {

//! The change of the tokens before a burst.
enum class Before {
    BreakAccess, //!< the access token becomes one that no server issued
    ExpireAccess, //!< the access token expires
    DeleteAccess, //!< the access token is removed
    BreakRefresh, //!< access and refresh token become ones that no server issued
    Nothing, //!< the tokens stay as they are
};

//! Which side knows that the access token has expired: see Scenario::expiry.
enum class Expiry {
    KnownHere, //!< the client, which refreshes before it sends a request
    KnownToServer, //!< only the server; the client gets a challenge
};

//! The course of the refresh of a burst, with all its tries.
enum class RefreshCourse {
    Succeeds, //!< the first try gets tokens
    Recovers, //!< the first try fails for a temporary reason, the second one gets tokens
    Rejected, //!< the server rejects the refresh token
    AnswerLost, //!< the server rotates, its answer is lost, and it rejects the second try
    KeepsFailing, //!< all tries fail for a temporary reason; a later challenge may start a new refresh
};

//! One experiment: the change of the tokens, the burst, and the course of the refresh.
struct Scenario
{
    Before before = Before::BreakAccess; //!< the change of the tokens
    Expiry expiry = Expiry::KnownToServer; //!< of ExpireAccess
    RefreshCourse course = RefreshCourse::Succeeds; //!< of the refresh
    int requests = 3; //!< how many are sent at once
    int window = 8; //!< requests that are on the wire at once
    //! Whether the request can be sent again.
    enum class Body {
        Replayable, //!< yes: no body, or one that can be read again
        OneShot, //!< no: the body can be read only once
    } body = Body::Replayable; //!< of each request

    bool operator==(const Scenario &) const = default;
};

//! "break-access": the name on the command line. Nothing is "none".
[[nodiscard]] QString toName(Before before);
[[nodiscard]] std::optional<Before> beforeFromName(const QString &name);
[[nodiscard]] QStringList beforeNames();

//! The tokens after the change. ExpireAccess with Expiry::KnownToServer changes nothing here; the
//! server expires the token itself.
[[nodiscard]] TokenSet applied(Before before, TokenSet tokens, std::chrono::sys_seconds now);

//! The expectation for a run of `scenario`.
[[nodiscard]] Expectation expectationFor(const Scenario &scenario);
//! The number of requests to the refresh endpoint; empty for KeepsFailing, where it is random.
[[nodiscard]] std::optional<int> refreshTriesIn(const Scenario &scenario);

} // namespace authcore::lab
