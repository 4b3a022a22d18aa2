#pragma once

#include "authcore/lab/verdict.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <optional>

namespace authcore::lab {

//! What is done to the tokens before a burst.
enum class Before {
    BreakAccess, //!< the access token is changed into one that no server issued
    ExpireAccess, //!< it is past its time
    DeleteAccess, //!< it is gone
    BreakRefresh, //!< access and refresh token are changed
    Nothing, //!< they stay as they are
};

//! Who knows of an expired access token: see Scenario::expiry.
enum class Expiry {
    KnownHere, //!< the client refreshes by itself, before anything is challenged
    KnownToServer, //!< the client learns of it by a challenge
};

//! How the refresh that a burst causes will go, tries and all.
enum class RefreshCourse {
    Succeeds, //!< the first try is answered with tokens
    Recovers, //!< the first try is unlucky, the second one gets tokens
    Rejected, //!< the server will not have the refresh token
    AnswerLost, //!< rotated, the answer lost; the second try shows a used token and is rejected
    Unlucky, //!< no try gets anywhere; a challenge that comes after the failure may start another
};

//! One experiment: what is done, what is sent, and how the refresh will go. A value.
struct Scenario
{
    Before before = Before::BreakAccess; //!< what is done to the tokens
    Expiry expiry = Expiry::KnownToServer; //!< of ExpireAccess
    RefreshCourse course = RefreshCourse::Succeeds; //!< how the refresh goes
    int requests = 3; //!< how many are sent at once
    int window = 8; //!< requests that are on the way at once
    //! Can the request be sent again?
    enum class Body {
        Replayable, //!< yes: none, or one that can be read again
        OneShot, //!< no: its body can be read once
    } body = Body::Replayable; //!< of each request

    bool operator==(const Scenario &) const = default;
};

//! "break-access"; the names of the command line. Nothing is "none".
[[nodiscard]] QString toName(Before before);
[[nodiscard]] std::optional<Before> beforeFromName(const QString &name);
[[nodiscard]] QStringList beforeNames();

//! The tokens with `before` done to them. An ExpireAccess that only the server knows of leaves them
//! alone and is the server's business.
[[nodiscard]] TokenSet applied(Before before, TokenSet tokens, std::chrono::sys_seconds now);

//! What a run of `scenario` must be like.
[[nodiscard]] Expectation expectationFor(const Scenario &scenario);
//! How often the refresh endpoint is asked in it; empty for Unlucky, where chance has a say.
[[nodiscard]] std::optional<int> refreshTriesIn(const Scenario &scenario);

} // namespace authcore::lab
