#pragma once

#include "authcore/profile/backendprofile.h"

// The names that OAuth 2.0 itself uses, so that profiles need not contain them.

namespace authcore {

//! RFC 6749 section 6: the body of a refresh, as a template.
[[nodiscard]] QJsonObject oauthRefreshBody();
//! RFC 7009 section 2.1: the body of a revocation, as a template.
[[nodiscard]] QJsonObject oauthRevocationBody();
//! RFC 6749 section 5.1, and the ID token of OpenID Connect: where an answer has them.
void placeOAuthAnswer(TokenAnswer &answer);
//! `profile` without what its issuer's metadata says (RFC 8414 section 2, RFC 9207 section 3).
[[nodiscard]] BackendProfile withoutOAuthEndpoints(BackendProfile profile);

} // namespace authcore
