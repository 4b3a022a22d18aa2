#ifndef TOKENFLIGHT_TESTS_PATIENCE_H
#define TOKENFLIGHT_TESTS_PATIENCE_H
// Not #pragma once: this file is part of a precompiled header. When only a comment changes, ccache
// hands out the precompiled header of the older text, and GCC, which compares texts for #pragma once,
// would read this file a second time.

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>
#include <QtTest/QTest>

// tests/CMakeLists.txt includes this file at the beginning of every test program.

namespace test {

//! The time limit of every wait in the tests, in ms: long enough for slow and busy machines. A test
//! that reaches the limit has hung; the limit never measures speed.
inline constexpr int patience = 60'000;

//! Waits until the predicate holds; false: it did not within the time limit. Checks again every 10 ms.
template <typename Predicate>
[[nodiscard]] bool waitFor(const Predicate &predicate)
{
    return QTest::qWaitFor(predicate, patience);
}

//! The same for large uploads: waitFor() sleeps for 10 ms after each turn of the event loop, and each
//! piece of an upload needs a turn. This checks again after each event of this thread, and every 5 ms
//! for what happens in other threads and processes.
template <typename Predicate>
[[nodiscard]] bool eventually(const Predicate &predicate)
{
    QTimer deadline;
    deadline.setSingleShot(true);
    deadline.start(patience);
    QTimer check; // its event ends WaitForMoreEvents
    check.start(5);
    while (!predicate()) { // no call after the last result, since a predicate may count its calls
        if (!deadline.isActive())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

} // namespace test

// Qt's own macros wait 5 s, which a hundred requests may take under a sanitizer on a busy machine,
// and then wait twice as long again to suggest a longer time limit.
#undef QTRY_VERIFY
#undef QTRY_VERIFY2
#undef QTRY_COMPARE
#define QTRY_VERIFY(expr) QTRY_VERIFY2(expr, "waited in vain")
#define QTRY_VERIFY2(expr, message)                                                                \
    do {                                                                                           \
        const bool hasCome = ::test::waitFor([&] { return bool(expr); });                          \
        if (!QTest::qVerify(hasCome, #expr, message, __FILE__, __LINE__))                          \
            return;                                                                                \
    } while (false)
#define QTRY_COMPARE(expr, expected)                                                               \
    do {                                                                                           \
        (void)::test::waitFor([&] { return (expr) == (expected); });                               \
        QCOMPARE(expr, expected);                                                                  \
    } while (false)

#endif // TOKENFLIGHT_TESTS_PATIENCE_H
