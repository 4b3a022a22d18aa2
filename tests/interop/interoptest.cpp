#include "tests/interop/interoptest.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

namespace test {

void InteropTest::initTestCase()
{
    const auto obstacle = m_server.start();
    if (obstacle && obstacle->kind == OidcProvider::Obstacle::Kind::Missing)
        QSKIP(qPrintable(obstacle->text));
    if (obstacle)
        QFAIL(qPrintable(obstacle->text));
    qInfo("oidc-provider %s", qPrintable(m_server.version()));
}

void InteropTest::cleanup()
{
    qInfo("the server saw\n  %s", qPrintable(m_server.summary().join(u"\n  "_s)));
}

} // namespace test
