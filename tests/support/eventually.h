#pragma once

#include "tests/support/patience.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <chrono>

namespace test {

//! QTest::qWaitFor() without its sleeps of 10 ms, which would take most of the time of thousands of
//! small exchanges with a server in the same thread. Checks again after each event of this thread.
template <typename Predicate>
[[nodiscard]] bool eventually(const Predicate &predicate)
{
    QTimer deadline; // its event also ends WaitForMoreEvents
    deadline.setSingleShot(true);
    deadline.start(patience);
    while (!predicate()) { // no call after the last result, since a predicate may count its calls
        if (!deadline.isActive())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

} // namespace test
