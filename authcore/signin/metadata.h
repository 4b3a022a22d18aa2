#pragma once

#include "authcore/exchange/tokenerror.h"
#include "authcore/profile/backendprofile.h"
#include "authcore/system/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

#include <variant>

// The pure half of Discovery.

namespace authcore {

//! A profile after its issuer's metadata was read.
struct AUTHCORE_EXPORT Discovered
{
    BackendProfile profile; //!< with the endpoints that were empty before
    //! What the profile's sign-in methods need and the server does not name or does not support.
    //! For people.
    QStringList missing;

    bool operator==(const Discovered &) const = default;
};

//! Reads the metadata document `body` that was found for `profile.issuer`.
//!
//! Errors:   `body` is no JSON object, or is of another issuer, or names an endpoint that no
//!           credentials may be sent to.
//! Spec:     RFC 8414 sections 2 and 3.
[[nodiscard]] AUTHCORE_EXPORT std::variant<Discovered, TokenError> readMetadata(
    const BackendProfile &profile, const QByteArray &body);

//! `profile` with the request bodies and the places of values that OAuth defines, where the profile
//! defines none.
[[nodiscard]] AUTHCORE_EXPORT BackendProfile withUsualTemplates(BackendProfile profile);

} // namespace authcore
