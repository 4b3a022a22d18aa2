#pragma once

#include <QtCore/QString>

namespace app {

//! The secrets that environment variables can pass.
struct Environment
{
    QString password; //!< TOKENFLIGHT_PASSWORD
    QString clientSecret; //!< TOKENFLIGHT_CLIENT_SECRET
    QString clientKeyPassword; //!< TOKENFLIGHT_CLIENT_KEY_PASSWORD
    QString proxyPassword; //!< TOKENFLIGHT_PROXY_PASSWORD
};

//! Reads the secrets and removes them from the environment, so that a browser which this process
//! starts does not inherit them. Call first in main(), while there is one thread.
[[nodiscard]] Environment takeEnvironment();

} // namespace app
