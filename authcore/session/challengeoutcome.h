#pragma once

namespace authcore {

//! What was done about a challenge.
enum class ChallengeOutcome {
    StartedRefresh, //!< this challenge caused the refresh
    JoinedRefresh, //!< it waits for one that was running
    ReplayedAtOnce, //!< its token was of an older generation: sent again without a refresh
    WaitsForSignIn, //!< no session, and the manager holds until sign-in
    Delivered, //!< final: the caller gets it
};

} // namespace authcore
