#pragma once

#include "authcore/lab/trial/trialstepkind.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QList>
#include <QtCore/QUrl>

// The addresses of a profile's steps, and where other servers have them. Pure.

namespace authcore::lab {

//! Addresses where servers have such an endpoint or resource, relative to the base URL. A request
//! without credentials tells whether something is there.
[[nodiscard]] QList<QUrl> usualPlaces(TrialStepKind step, const BackendProfile &profile);

//! `profile` with another address for the step.
[[nodiscard]] BackendProfile withPlace(
    TrialStepKind step, BackendProfile profile, const QUrl &place);

//! The address of the step, relative to the base URL or absolute; empty: there is none.
[[nodiscard]] QUrl placeOf(TrialStepKind step, const BackendProfile &profile);

//! The address of the profile's first resource, relative to the base URL; empty: there is none.
[[nodiscard]] QUrl firstResource(const BackendProfile &profile);

} // namespace authcore::lab
