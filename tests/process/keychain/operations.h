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
    if (operation == QLatin1String("save"))
        store.save(sharedKey(), tokensCalled("three"), context, then);
    else if (operation == QLatin1String("update"))
        store.update(sharedKey(), tokensCalled("two"), context, then);
    else if (operation == QLatin1String("update only"))
        store.updateOnly(sharedKey(), tokensCalled("one"), tokensCalled("two"), context, then);
    else if (operation == QLatin1String("remove"))
        store.remove(sharedKey(), context, then);
    else if (operation == QLatin1String("remove only"))
        store.removeOnly(sharedKey(), tokensCalled("one"), context, then);
    else
        qFatal("no operation: %s", qPrintable(operation));
}

} // namespace test
