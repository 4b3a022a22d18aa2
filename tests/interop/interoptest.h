#pragma once

#include "tests/interop/oidcprovider.h"

#include <QtCore/QObject>

namespace test {

//! A test that needs oidc-provider. It is skipped with the reason where oidc-provider is missing.
class InteropTest : public QObject
{
    Q_OBJECT

protected:
    OidcProvider m_server; //!< is running

private Q_SLOTS:
    void initTestCase();
    void cleanup(); //!< prints the server's transcript; ctest --verbose shows it
};

} // namespace test
