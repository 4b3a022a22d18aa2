#include "app/environment.h"

#include <QtCore/QtGlobal>

namespace app {

namespace {

QString taken(const char *name)
{
    const QString value = qEnvironmentVariable(name);
    qunsetenv(name);
    return value;
}

} // namespace

Environment takeEnvironment()
{
    return {.password = taken("TOKENFLIGHT_PASSWORD"),
        .clientSecret = taken("TOKENFLIGHT_CLIENT_SECRET"),
        .clientKeyPassword = taken("TOKENFLIGHT_CLIENT_KEY_PASSWORD"),
        .proxyPassword = taken("TOKENFLIGHT_PROXY_PASSWORD")};
}

} // namespace app
