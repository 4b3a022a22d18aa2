#pragma once

#include <QtTest/QTest>

// The first lines of every test program: tests/CMakeLists.txt puts them there.

namespace test {

//! For how long a test waits, in ms, for what must come: long enough for any machine, however slow
//! and busy it is. Who waits in vain has hung; how fast something is, is never told by this.
inline constexpr int patience = 60'000;

} // namespace test

// Qt's own have five seconds, which a hundred requests may take under a sanitizer and load.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expr) QTRY_VERIFY_WITH_TIMEOUT(expr, ::test::patience)
#define QTRY_VERIFY2(expr, message) QTRY_VERIFY2_WITH_TIMEOUT(expr, message, ::test::patience)
#define QTRY_COMPARE(expr, expected) QTRY_COMPARE_WITH_TIMEOUT(expr, expected, ::test::patience)
