#pragma once

#include "app/cli/commandline/arguments.h"

#include "authcore/lab/connect/profiledraft.h"

#include <QtCore/QString>

#include <variant>

namespace app::cli {

//! Makes the draft that "profiles new" asks for, of a preset or of a copied request. The issuer's
//! metadata has to be asked for first: see draftProfile(). A text says what is wrong.
[[nodiscard]] std::variant<authcore::lab::ProfileDraft, QString> draftFor(
    const NewArguments &arguments);

//! A profile with the issuer that "profiles new" names, for Discovery to complete.
[[nodiscard]] authcore::BackendProfile issuerProfile(const NewArguments &arguments);

//! Prints the draft, or writes it to the file that was named, and says what to do next.
[[nodiscard]] ExitStatus deliver(authcore::lab::ProfileDraft draft, const NewArguments &arguments);

} // namespace app::cli
