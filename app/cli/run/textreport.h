#pragma once

#include "authcore/lab/trace.h"
#include "authcore/lab/verdict.h"

#include <QtCore/QString>

namespace app::cli {

//! The verdict's line, and every rule with what it expected and saw; a broken one also with the
//! numbers of the requests that broke it, as the waterfall counts them.
[[nodiscard]] QString verdictText(
    const authcore::lab::Verdict &verdict, const authcore::lab::Trace &trace);

} // namespace app::cli
