#pragma once

#include <QtCore/QString>

namespace authcore {

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

[[nodiscard]] QString textFor(EndReason reason); //!< for people, one sentence

} // namespace authcore
