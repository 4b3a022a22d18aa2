#pragma once

#include "app/cli/commandline/inputs.h"
#include "app/cli/commandline/optionreader.h"

#include "authcore/exchange/networksettings.h"

#include <variant>

// The options that say whom connections trust and through whom they go.

namespace app::cli {

[[nodiscard]] QStringList networkOptions(); //!< their names
void readNetwork(OptionReader &reader, NetworkArguments &network);

//! The settings that `profile` names, which has the values of `network` already. What a profile
//! names that is not among the options is an error: the person has to agree. `profileName` is for
//! messages.
[[nodiscard]] std::variant<authcore::NetworkSettings, InputError> networkFor(
    const NetworkArguments &network, const QString &profileName,
    const authcore::BackendProfile &profile, const Environment &environment);

} // namespace app::cli
