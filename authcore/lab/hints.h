#pragma once

#include "authcore/lab/trace.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

// What a run suggests to change in the profile: texts for people. Pure.

namespace authcore::lab {

//! Why a request to `url` carries no token, and what to change; empty: it carries the token.
[[nodiscard]] QString whyWithoutToken(const BackendProfile &profile, const QUrl &url);

//! Sentences about the requests of `trace`, which went to `resource`; empty: nothing is striking.
[[nodiscard]] QStringList hintsFor(
    const Trace &trace, const BackendProfile &profile, const QUrl &resource);

} // namespace authcore::lab
