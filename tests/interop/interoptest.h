#pragma once

#include "tests/interop/oidcprovider.h"

#include <QtCore/QObject>

namespace test {

//! A test that needs oidc-provider: skipped where it cannot be had, with the reason.
class InteropTest : public QObject
{
    Q_OBJECT

protected:
    OidcProvider m_server; //!< runs

private Q_SLOTS:
    void initTestCase();
    void cleanup(); //!< says what the server saw, for those who look: ctest --verbose
};

} // namespace test
