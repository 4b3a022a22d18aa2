#pragma once

#include "authcore/system/clock.h"
#include "authcore/system/export.h"
#include "authcore/system/kernellock.h"

#include <QtCore/QString>

#include <functional>
#include <memory>

namespace authcore {

//! One account's refresh, in one process at a time: a lock file, waited for without blocking.
//!
//! The first try comes from the event loop, as soon as it can; then again every 20 to 60 ms (there
//! is no asynchronous lock, and random pauses keep waiting processes from marching in step).
//! It is the kernel's lock: of a holder that dies it is free at once, and one that lives is never
//! robbed, however long it takes: it may have spent the refresh token already. It is bound by its
//! own deadline, and whoever waits by theirs. The file goes when it is let go.
//!
//! Lifetime: `clock` outlives this. The destructor lets go and cancels a wait.
//! Thread:   one; that of its event loop.
//! Errors:   Unavailable: no such file can be made, for the reason that problem() tells. Carry on
//!           without: better a refresh without a lock than none.
class AUTHCORE_EXPORT RefreshLock
{
public:
    //! How a wait ended.
    enum class Acquired {
        Yes, //!< it is held
        Unavailable, //!< there is none to be had: see problem()
    };
    using UniformRandom = std::function<double()>; //!< in [0, 1)

    //! `path` is the lock file; folders are made. `random` spreads the tries.
    RefreshLock(const QString &path, Clock &clock, UniformRandom random = {});
    ~RefreshLock();
    RefreshLock(const RefreshLock &) = delete;
    RefreshLock &operator=(const RefreshLock &) = delete;

    //! `then` hears once how it went, from the event loop, never inside acquire(). It may release
    //! and destroy this. An earlier wait is cancelled; a lock that is held already stays so.
    void acquire(std::function<void(Acquired)> then);
    //! Lets go, or cancels the wait: its `then` is not called.
    void release();

    [[nodiscard]] QString path() const { return m_lock.path(); } //!< of the file
    [[nodiscard]] bool isHeld() const; //!< by this
    [[nodiscard]] bool isWaiting() const { return m_next != nullptr; } //!< for acquire() to end
    [[nodiscard]] QString problem() const { return m_problem; } //!< of Unavailable, for people
    //! "process 123 (tokenflight)", as far as it can be told; for people.
    [[nodiscard]] QString holder() const;

private:
    void tryNow();
    [[nodiscard]] KernelLock::Got tryFile();
    void settle(Acquired result);
    void tryAfter(std::chrono::milliseconds pause);

    Clock &m_clock;
    UniformRandom m_random;
    KernelLock m_lock;
    QString m_problem;
    std::function<void(Acquired)> m_then;
    std::unique_ptr<Clock::Timer> m_next; //!< while waiting
};

} // namespace authcore
