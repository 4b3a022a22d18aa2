#pragma once

#include "authcore/exchange/endpointanswer.h"

namespace authcore {

struct BackendProfile;

//! The error code at BackendProfile::answer.error (RFC 6749 section 5.2); empty: there is none.
[[nodiscard]] QString errorCodeOf(const EndpointAnswer &answer, const BackendProfile &profile);

//! The error that an answer without tokens means, for refreshes, sign-ins, and a device's polls and
//! requests for a code. `missing` says what a success lacks: "without an access token at ...".
//!
//! An error code decides before the status, also with a 2xx; an unknown code counts by its status,
//! and with a 2xx as a refusal. HTML and a success that cannot be parsed are transient. A success
//! in JSON that lacks something, a redirect, 404, 405, 410 and 422 mean that the profile is wrong.
//! BackendProfile::refreshRejectedStatuses reject; all other statuses are transient. Pure.
//! Thread:   any.
//! Errors:   the text contains nothing of the body but known codes, and no query of a Location.
//! Source:   RFC 6749 sections 4.1.2.1 and 5.2, RFC 7009 section 2.2.1, RFC 8628 section 3.5,
//!           RFC 8707 section 2, RFC 9449 sections 5 and 8; GitHub answers errors with 200.
[[nodiscard]] TokenError endpointError(
    const BackendProfile &profile, const EndpointAnswer &answer, const QString &missing);

} // namespace authcore
