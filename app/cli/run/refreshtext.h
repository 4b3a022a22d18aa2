#pragma once

#include "authcore/lab/trace.h"

#include <QtCore/QString>

namespace app::cli {

//! What the reports call the end of a refresh: "ok", "failed", "discarded" or "running".
[[nodiscard]] QString outcomeOf(const authcore::lab::RefreshRecord &refresh);

//! The stories of the refreshes that failed or needed more than one try, with a line for each try
//! and the decision; empty: there is no such refresh. A refresh that went well is only drawn.
[[nodiscard]] QString refreshText(const authcore::lab::Trace &trace);

} // namespace app::cli
