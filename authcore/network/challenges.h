#pragma once

#include "authcore/profile/backendprofile.h"

#include <QtCore/QByteArray>
#include <QtCore/QStringList>

#include <optional>
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

//! The most bytes of a body that are looked into.
constexpr qint64 largestChallengeBody = 128LL * 1024;

//! Whether only the body shows if an answer is a challenge: a success with a JSON body that is not
//! known to be too large. See BackendProfile::challengeValues.
[[nodiscard]] bool mayBeChallenge(const BackendProfile &profile, int status,
    const QByteArray &contentType, std::optional<qint64> length);

//! Whether this JSON body makes such an answer a challenge.
[[nodiscard]] bool isChallengeBody(const BackendProfile &profile, const QByteArray &body);

} // namespace authcore
