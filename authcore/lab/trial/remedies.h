#pragma once

#include "authcore/lab/trial/seenexchange.h"
#include "authcore/lab/trial/trialstepkind.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QList>
#include <QtCore/QString>

// What may be wrong with a profile, by what came of one of its requests. Pure.

namespace authcore::lab {

//! A profile that may work where another did not.
struct Remedy
{
    BackendProfile profile;
    QString why; //!< for people: "the refresh token seems to be at /tokens/refresh/token"
};

//! Whether the answer says that the address is wrong: nothing is there, or a page for browsers.
[[nodiscard]] bool isWrongPlace(const SeenExchange &exchange);

//! Whether a profile takes this answer of a protected resource for a challenge.
[[nodiscard]] bool isChallengeFor(const BackendProfile &profile, const SeenExchange &exchange);

//! Profiles to try after `exchange` went wrong in this step, the likeliest first. `signIn` is the
//! sign-in that worked, and empty while none has.
[[nodiscard]] QList<Remedy> remediesFor(TrialStepKind step, const BackendProfile &profile,
    const SeenExchange &exchange, const SeenExchange &signIn);

//! What a good answer to a sign-in or a refresh has and the profile does not take, such as a
//! refresh token; empty: it takes all.
[[nodiscard]] QList<Remedy> improvementsFor(
    TrialStepKind step, const BackendProfile &profile, const SeenExchange &exchange);

//! Where the values of a refresh's answer are: of the refresh itself, or of all answers.
[[nodiscard]] const TokenAnswer &answerOfRefresh(const BackendProfile &profile);

} // namespace authcore::lab
