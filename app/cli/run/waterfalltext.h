#pragma once

#include "app/cli/commandline/terminal.h"

#include "authcore/lab/trace.h"
#include "authcore/lab/verdict.h"

#include <QtCore/QString>

namespace app::cli {

//! A run drawn in characters: one line per request and refresh, time from left to right.
//!
//! Of many requests the first and the last ones are drawn, and those that broke a rule. Pure.
[[nodiscard]] QString waterfallText(const authcore::lab::Trace &trace,
    const authcore::lab::Verdict &verdict, authcore::Generation first, const Terminal &terminal);

} // namespace app::cli
