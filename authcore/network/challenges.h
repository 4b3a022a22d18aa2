#pragma once

#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

#include <utility>
#include <vector>

namespace authcore {

//! One challenge of a WWW-Authenticate header. Pure.
//! Spec:     RFC 9110 section 11.6.1, RFC 6750 section 3.
struct Challenge
{
    QByteArray scheme; //!< in lower case: "bearer"
    QByteArray token68; //!< "Negotiate YII="; mostly empty
    //! Names in lower case; values without their quotes.
    std::vector<std::pair<QByteArray, QByteArray>> parameters;

    [[nodiscard]] QByteArray parameter(const QByteArray &name) const; //!< the first; else empty
    bool operator==(const Challenge &) const = default;
};

//! All challenges in `header`, which may be several headers joined by commas. Malformed parts are
//! skipped.
[[nodiscard]] std::vector<Challenge> parseChallenges(const QByteArray &header);

//! The error codes of the Bearer challenges in `header`.
[[nodiscard]] QStringList bearerErrors(const QByteArray &header);

//! Whether another access token may cure an answer with this status and this WWW-Authenticate
//! header, which may be empty. See BackendProfile::challengeStatuses.
[[nodiscard]] bool isChallenge(
    const BackendProfile &profile, int status, const QByteArray &wwwAuthenticate);

} // namespace authcore
