#pragma once

#include "app/cli/commandline/arguments.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

// What a person has to do to sign in, on standard error.

namespace app::cli {

//! Shows the address to sign in at, and opens it in a browser unless that is left to the person.
void sendToBrowser(const QUrl &url, RunArguments::Browser browser);
//! Shows the code of a sign-in by device, and where to type it.
void showUserCode(const QString &code, const QUrl &url, const QUrl &urlWithCode);

} // namespace app::cli
