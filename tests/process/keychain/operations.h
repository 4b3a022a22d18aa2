#pragma once

#include "tests/support/storeanswers.h"

namespace test {

inline authcore::TokenKey sharedKey()
{
    return {QStringLiteral("custom-jwt"), QStringLiteral("anna"), {}, {}};
}

//! An operation of a process on the tokens "one" of the shared key: a refresh gets "two", a sign-in
//! gets "three".
inline void operate(authcore::TokenStore &store, const QString &operation, QObject *context,
    const std::function<void(const authcore::TokenStore::Done &)> &then)
{
    const authcore::OverTokens one {{tokensCalled("one")}};
    if (operation == QLatin1String("save"))
        store.save(sharedKey(), tokensCalled("three"), context, then);
    else if (operation == QLatin1String("update"))
        store.write(sharedKey(), authcore::OverAnEntry {}, tokensCalled("two"), context, then);
    else if (operation == QLatin1String("update only"))
        store.write(sharedKey(), one, tokensCalled("two"), context, then);
    else if (operation == QLatin1String("remove"))
        store.remove(sharedKey(), context, then);
    else if (operation == QLatin1String("remove only"))
        store.write(sharedKey(), one, std::nullopt, context, then);
    else
        qFatal("no operation: %s", qPrintable(operation));
}

} // namespace test
