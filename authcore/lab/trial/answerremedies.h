#pragma once

#include "authcore/lab/trial/seenexchange.h"
#include "authcore/profile/backendprofile.h"

#include <QtCore/QString>

// Where the values of an answer are, instead of where a profile says. Pure.

namespace authcore::lab {

//! The places that the answer of `exchange` shows, instead of those of `answer` where nothing is.
[[nodiscard]] TokenAnswer mendedAnswer(TokenAnswer answer, const SeenExchange &exchange);

//! What has changed, for people: "the access token seems to be at \"/token\"".
[[nodiscard]] QString placesText(const TokenAnswer &before, const TokenAnswer &after);

} // namespace authcore::lab
