#pragma once

#include "authcore/system/export.h"

#include <QtCore/QObject>
#include <QtCore/QString>

namespace authcore {

Q_NAMESPACE

//! Why a session ended.
enum class EndReason {
    SignedOut, //!< signOut() was called
    Left, //!< leave() was called: the store keeps the tokens
    RefreshRejected, //!< the server does not accept the refresh token any more
    NoRefreshToken, //!< a challenge came, and there is no refresh token
    SignedOutElsewhere, //!< another process has erased the tokens from the store that we share
    ReplayChallenged, //!< a fresh token was challenged, and the profile says that this ends it
    ProfileChanged, //!< the endpoints are others than those under which the tokens were obtained
};
Q_ENUM_NS(EndReason)

[[nodiscard]] AUTHCORE_EXPORT QString textFor(EndReason reason); //!< for people, one sentence

//! What was done about a challenge.
enum class ChallengeOutcome {
    StartedRefresh, //!< this challenge caused the refresh
    JoinedRefresh, //!< it waits for one that was running
    ReplayedAtOnce, //!< its token was of an older generation: sent again without a refresh
    WaitsForSignIn, //!< no session, and the manager holds until sign-in
    Delivered, //!< final: the caller gets it
};
Q_ENUM_NS(ChallengeOutcome)

//! Whether tokens outlive the application: "stay signed in".
enum class TokenPersistence {
    Store, //!< they are stored
    MemoryOnly, //!< they are not, and what is stored of ours is removed
};
Q_ENUM_NS(TokenPersistence)

//! What happens to protected requests while nobody is signed in.
enum class WithoutSession {
    SendBare, //!< they leave without a token and their challenge is delivered
    HoldUntilSignIn, //!< they wait for a sign-in
};
Q_ENUM_NS(WithoutSession)

} // namespace authcore
