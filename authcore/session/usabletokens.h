#pragma once

#include "authcore/profile/backendprofile.h"
#include "authcore/tokens/tokenset.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

// Whether tokens may be used and refreshed with a profile, and why not, for people. Pure.

namespace authcore {

//! What a refresh of `tokens` sends: the refresh token, or the access token where the profile says
//! so; see BackendProfile::refreshesWithAccessToken(). Empty: they cannot be refreshed.
[[nodiscard]] QByteArray refreshCredential(const TokenSet &tokens, const BackendProfile &profile);

//! Why a session with `tokens` ends when `profile` becomes its profile: the members that send tokens
//! elsewhere than when they were obtained are named.
[[nodiscard]] QString profileChangedText(const TokenSet &tokens, const BackendProfile &profile);

//! Why `tokens` cannot be used with `profile`; empty: they can. `whose` begins the sentence: "The
//! stored tokens".
[[nodiscard]] QString whyUnusable(
    const TokenSet &tokens, const BackendProfile &profile, const QString &whose);

} // namespace authcore
