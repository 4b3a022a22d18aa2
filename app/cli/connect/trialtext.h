#pragma once

#include "app/cli/commandline/arguments.h"

#include "authcore/lab/trial/trialreport.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

// A trial of a profile as text and as JSON. Pure.

namespace app::cli {

//! One step, on several lines; the last one has a line end.
[[nodiscard]] QString stepText(const authcore::lab::TrialStep &step);
//! The verdict on one line. `file` is where `patch` writes, or would write.
[[nodiscard]] QString trialVerdict(
    const authcore::lab::TrialReport &report, const QString &file, TryArguments::Patch patch);
//! The whole as one line of JSON.
[[nodiscard]] QByteArray trialJson(const authcore::lab::TrialReport &report);

} // namespace app::cli
