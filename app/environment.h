#pragma once

#include <QtCore/QString>

namespace app {

//! The secrets that the environment may hold.
struct Environment
{
    QString password; //!< TOKENFLIGHT_PASSWORD
    QString clientSecret; //!< TOKENFLIGHT_CLIENT_SECRET
};

//! Takes them out of this process's environment, so that no browser that it starts inherits them.
//! To be called first in main(), while there is one thread.
[[nodiscard]] Environment takeEnvironment();

} // namespace app
