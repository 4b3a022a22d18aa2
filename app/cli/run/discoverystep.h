#pragma once

#include "app/cli/run/interruption.h"

#include "authcore/exchange/networksettings.h"
#include "authcore/signin/discovery.h"

#include <QtCore/QString>

#include <variant>

// What a command asks the issuer of a profile before it begins. Each function runs the event loop
// of main().

namespace app::cli {

//! Why a command ends before it has begun.
struct Refusal
{
    QString why;
    ExitStatus status = ExitStatus::Unreachable;
};

//! Asks the issuer of `profile` for its metadata.
[[nodiscard]] std::variant<authcore::Discovered, Refusal> discovered(
    const authcore::BackendProfile &profile, const authcore::NetworkSettings &network,
    Interruption &interruption);

//! Returns the profile with the endpoints of its issuer, or what is wrong with them.
[[nodiscard]] std::variant<authcore::BackendProfile, Refusal> completed(
    const authcore::BackendProfile &profile, const authcore::NetworkSettings &network,
    Interruption &interruption);

} // namespace app::cli
