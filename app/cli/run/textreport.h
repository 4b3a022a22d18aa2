#pragma once

#include "authcore/lab/trace.h"
#include "authcore/lab/verdict.h"

#include <QtCore/QString>

namespace app::cli {

//! The line of the verdict, the hints, then each rule with what was expected and observed. A broken rule also
//! names the requests that broke it, by their numbers in the waterfall.
[[nodiscard]] QString verdictText(
    const authcore::lab::Verdict &verdict, const authcore::lab::Trace &trace);

} // namespace app::cli
