#pragma once

#include "tests/support/patience.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <chrono>

namespace test {

//! QTest::qWaitFor() without its sleeps of 10 ms, which are most of the time of thousands of small
//! exchanges with a server in this very thread. Looks again with each event of this thread.
template <typename Predicate>
[[nodiscard]] bool eventually(const Predicate &predicate)
{
    QTimer deadline; // ends the wait for more events, too
    deadline.setSingleShot(true);
    deadline.start(patience);
    while (!predicate()) { // which may count its calls, so its last answer is what counts
        if (!deadline.isActive())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    return true;
}

} // namespace test
