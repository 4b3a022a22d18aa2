#pragma once

#include <QtTest/QTest>

// The first lines of every test program: tests/CMakeLists.txt puts them there.

namespace test {

//! For how long a test waits, in ms, for what must come: long enough for any machine, however slow
//! and busy it is. Who waits in vain has hung; how fast something is, is never told by this.
inline constexpr int patience = 60'000;

} // namespace test

// Qt's own have five seconds, which a hundred requests may take under a sanitizer and load, and
// wait twice as long again to find out whether more time would have helped.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expr) QTRY_VERIFY2(expr, "waited in vain")
#define QTRY_VERIFY2(expr, message)                                                                \
    do {                                                                                           \
        const bool hasCome = QTest::qWaitFor([&] { return bool(expr); }, ::test::patience);        \
        if (!QTest::qVerify(hasCome, #expr, message, __FILE__, __LINE__))                          \
            return;                                                                                \
    } while (false)
#define QTRY_COMPARE(expr, expected)                                                               \
    do {                                                                                           \
        (void)QTest::qWaitFor([&] { return (expr) == (expected); }, ::test::patience);             \
        QCOMPARE(expr, expected);                                                                  \
    } while (false)
