#pragma once

#include "app/cli/commandline/inputs.h"

#include "authcore/lab/trial/trialclient.h"

#include <QtCore/QByteArray>

#include <optional>
#include <variant>

namespace app::cli {

//! What a trial needs to know.
struct TryPlan
{
    TryArguments arguments; //!< with the base URL that the profile names
    authcore::BackendProfile profile; //!< with the changes of the command line
    QByteArray file; //!< the text that it was read from, which gets the patch; empty: a preset
    authcore::lab::TrialSetup setup;
};

//! Whether the trial is of a preset that nobody has given an address.
[[nodiscard]] bool usesDemoBackend(const TryArguments &arguments);

//! Reads everything that a trial needs. `demo` is the address of the demo backend, where it is used.
[[nodiscard]] std::variant<TryPlan, InputError> tryPlanFor(
    const TryArguments &arguments, const std::optional<QUrl> &demo, const Environment &environment);

} // namespace app::cli
