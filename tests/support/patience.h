#ifndef TOKENFLIGHT_TESTS_PATIENCE_H
#define TOKENFLIGHT_TESTS_PATIENCE_H
// Not #pragma once: this file is part of a precompiled header. When only a comment changes, ccache
// hands out the precompiled header of the older text, and GCC, which compares texts for #pragma once,
// would read this file a second time.

#include <QtTest/QTest>

// tests/CMakeLists.txt includes this file at the beginning of every test program.

namespace test {

//! The time limit of every wait in the tests, in ms: long enough for slow and busy machines. A test
//! that reaches the limit has hung; the limit never measures speed.
inline constexpr int patience = 60'000;

} // namespace test

// Qt's own macros wait 5 s, which a hundred requests may take under a sanitizer on a busy machine,
// and then wait twice as long again to suggest a longer time limit.
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

#endif // TOKENFLIGHT_TESTS_PATIENCE_H
