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
    NoRefreshToken, //!< a request was challenged, and there is no refresh token
    SignedOutElsewhere, //!< another process has removed the tokens from the shared store
    ReplayChallenged, //!< a fresh token was challenged; see replayChallengeEndsSession
    ProfileChanged, //!< the profile would send the tokens to other places than before
};
Q_ENUM_NS(EndReason)

[[nodiscard]] AUTHCORE_EXPORT QString textFor(EndReason reason); //!< one sentence for people

//! What happened to a challenged request.
enum class ChallengeOutcome {
    StartedRefresh, //!< its challenge started a refresh
    JoinedRefresh, //!< it waits for the refresh that was running
    ReplayedAtOnce, //!< it was sent again without a refresh: its token was an older one
    WaitsForSignIn, //!< it waits until somebody has signed in
    Delivered, //!< its caller got the challenge
};
Q_ENUM_NS(ChallengeOutcome)

//! Whether tokens outlive the application: "stay signed in".
enum class TokenPersistence {
    Store, //!< tokens are stored
    MemoryOnly, //!< tokens are not stored, and those that this session has stored are removed
};
Q_ENUM_NS(TokenPersistence)

//! What happens to protected requests while nobody is signed in.
enum class WithoutSession {
    SendBare, //!< they are sent without a token, and their challenge is delivered
    HoldUntilSignIn, //!< they wait for a sign-in
};
Q_ENUM_NS(WithoutSession)

} // namespace authcore
