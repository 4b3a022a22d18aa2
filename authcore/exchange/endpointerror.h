#pragma once

#include "authcore/exchange/endpointanswer.h"

namespace authcore {

struct BackendProfile;

//! The error code at BackendProfile::answer.error (RFC 6749 section 5.2); empty: there is none.
[[nodiscard]] QString errorCodeOf(const EndpointAnswer &answer, const BackendProfile &profile);

//! What an answer without what was asked for means: a refresh, a sign-in, a device's poll or
//! request for a code alike. `missing` is what a success lacks: "without an access token at ...".
//!
//! Judged by what it says, then by its status: an error code decides, also with a 2xx; an unknown
//! code goes by the status, and with a 2xx is a refusal. HTML, and a success that cannot be parsed,
//! are transient. A success in JSON that lacks something, a redirect, 404, 405, 410 and 422 mean
//! that the profile is wrong. BackendProfile::refreshRejectedStatuses reject; the rest is
//! transient. Thread:   any. Pure. Errors:   its text names nothing of the body but known codes,
//! and of a Location no query. Source:   RFC 6749 sections 4.1.2.1 and 5.2, RFC 7009 section 2.2.1,
//! RFC 8628 section 3.5,
//!           RFC 8707 section 2, RFC 9449 sections 5 and 8; GitHub answers errors with 200.
[[nodiscard]] TokenError endpointError(
    const BackendProfile &profile, const EndpointAnswer &answer, const QString &missing);

} // namespace authcore
